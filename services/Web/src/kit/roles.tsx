import { Select } from 'antd';
import { role } from '../words/roles';
import { useChoices, useWord } from './words';

/** What a role is called; one that is not known, by its code. */
export function useRole() {
  const say = useWord();
  return (code: string) => say(role, code);
}

interface RolesPickerProps {
  value?: string[];
  onChange?: (value: string[]) => void;
  id?: string;
  label?: string;
}

export function RolesPicker({ value, onChange, id, label }: RolesPickerProps) {
  const choices = useChoices();
  return (
    <Select
      mode="multiple"
      {...(id === undefined ? {} : { id })}
      aria-label={label}
      showSearch={{ optionFilterProp: 'label' }}
      options={choices(role)}
      value={value ?? []}
      onChange={next => onChange?.(next)}
    />
  );
}

export function RolePicker({ value, onChange, id, label }: { value?: string; onChange?: (value: string | undefined) => void; id?: string; label?: string }) {
  const choices = useChoices();
  return (
    <Select
      allowClear
      {...(id === undefined ? {} : { id })}
      aria-label={label}
      showSearch={{ optionFilterProp: 'label' }}
      options={choices(role)}
      value={value || null}
      onChange={next => onChange?.(next ?? undefined)}
    />
  );
}
