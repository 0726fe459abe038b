import { DatePicker } from 'antd';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import { useSettings } from './settings';

interface Props {
  value?: string | undefined;
  onChange?: (value: string | undefined) => void;
  id?: string;
  placeholder?: string;
  label?: string;
  /** Days that cannot be chosen. */
  disabled?: (day: string) => boolean;
  allowClear?: boolean;
}

/** Enter takes what is typed; it does not send the form around it. */
const takes = (event: React.KeyboardEvent) => {
  if (event.key === 'Enter') event.preventDefault();
};

const useLocale = () => dayjs.locale(useSettings().lang === 'en' ? 'en' : 'zh-cn');

/** A day, "2026-11-28", as the API writes it. */
export function DayPicker({ value, onChange, label, disabled, ...rest }: Props) {
  useLocale();
  return (
    <DatePicker
      format="YYYY-MM-DD"
      value={value ? dayjs(value) : null}
      onChange={next => onChange?.(next?.format('YYYY-MM-DD'))}
      onKeyDown={takes}
      aria-label={label}
      {...(disabled ? { disabledDate: (date: dayjs.Dayjs) => disabled(date.format('YYYY-MM-DD')) } : {})}
      {...rest}
    />
  );
}

/** A month, "2026-11". */
export function MonthPicker({ value, onChange, label, disabled, ...rest }: Props) {
  useLocale();
  return (
    <DatePicker
      picker="month"
      format="YYYY-MM"
      value={value ? dayjs(`${value}-01`) : null}
      onChange={next => onChange?.(next?.format('YYYY-MM'))}
      onKeyDown={takes}
      aria-label={label}
      {...(disabled ? { disabledDate: (date: dayjs.Dayjs) => disabled(date.format('YYYY-MM')) } : {})}
      {...rest}
    />
  );
}

/** An instant to the minute, as the API writes it; people choose it in the company's time zone. */
export function MinutePicker({ value, onChange, label, disabled, ...rest }: Props) {
  useLocale();
  const shown = value ? dayjs(new Date(Date.parse(value) + OFFSET_MS).toISOString().slice(0, 16)) : null;
  return (
    <DatePicker
      showTime={{ format: 'HH:mm', minuteStep: 5 }}
      format="YYYY-MM-DD HH:mm"
      value={shown}
      onChange={next => onChange?.(next ? `${next.format('YYYY-MM-DDTHH:mm:00')}+08:00` : undefined)}
      onKeyDown={takes}
      aria-label={label}
      {...(disabled ? { disabledDate: (date: dayjs.Dayjs) => disabled(date.format('YYYY-MM-DD')) } : {})}
      {...rest}
    />
  );
}

const OFFSET_MS = 8 * 3600_000;
