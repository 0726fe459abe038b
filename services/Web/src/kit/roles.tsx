import { Select } from 'antd';
import { api, ask, type Schemas } from '../api/client';
import { useLoad } from '../api/queries';
import { role } from '../words/roles';
import { useCaller } from './caller';
import { idOf } from './formats';
import { useSettings } from './settings';
import { useChoices, useWord } from './words';

export type Role = Schemas['gateway.Role'];

/** All roles with what they may, those of the manuals first; none for who may not see them. */
export function useRoles() {
  const { can } = useCaller();
  return useLoad(['roles'], async signal => (await ask(api.GET('/v1/roles', { signal }))).roles ?? [], { enabled: can('gateway.roles.read') });
}

/** What the company's own roles are called. */
export function useRoleName() {
  const { lang } = useSettings();
  return (one: Role) => (lang === 'en' ? one.displayNameEn : one.displayName) || idOf(one.name);
}

/** What a role is called; one that is not known, by its code. */
export function useRole() {
  const say = useWord();
  const name = useRoleName();
  const { data } = useRoles();
  return (code: string) => {
    const own = role[code] === undefined ? data?.find(one => one.name === `roles/${code}`) : undefined;
    return own ? name(own) : say(role, code);
  };
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
