import { InputNumber } from 'antd';
import type { Long } from './formats';

interface YuanInputProps {
  /** In fen, as the API has it. */
  value?: Long;
  onChange?: (fen: string | undefined) => void;
  id?: string;
  label?: string;
  placeholder?: string;
  /** Below nothing too: a difference, a balance. */
  signed?: boolean;
}

/** Money, typed in yuan and kept in fen, so that a fault of the server's finds its field. */
export function YuanInput({ value, onChange, id, label, placeholder, signed }: YuanInputProps) {
  return (
    <InputNumber<number>
      {...(id === undefined ? {} : { id })}
      {...(label === undefined ? {} : { 'aria-label': label })}
      {...(placeholder === undefined ? {} : { placeholder })}
      {...(signed ? {} : { min: 0 })}
      precision={2}
      style={{ width: 170 }}
      value={value === undefined || value === null || value === '' ? null : Number(value) / 100}
      onChange={yuan => onChange?.(yuan === null ? undefined : String(Math.round(yuan * 100)))}
    />
  );
}
