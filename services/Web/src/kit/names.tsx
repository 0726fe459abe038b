import { Select } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { api, ask, type Schemas } from '../api/client';
import { useLoad } from '../api/queries';
import { useCaller } from './caller';
import { idOf } from './formats';

/** Staff and organisations are few and named everywhere: read once, and known by their resource names. */
export function useStaff(): { list: readonly Schemas['dealer.Staff'][]; nameOf: (name: string | undefined) => string } {
  const { can } = useCaller();
  const { data } = useLoad(
    ['staff', 'all'],
    async signal => {
      const found: Schemas['dealer.Staff'][] = [];
      let pageToken = '';
      do {
        const page = await ask(api.GET('/v1/staff', { params: { query: { pageSize: 1000, pageToken } }, signal }));
        found.push(...(page.staff ?? []));
        pageToken = page.nextPageToken ?? '';
      } while (pageToken !== '');
      return found;
    },
    { enabled: can('dealer.staff.read') },
  );
  const list = data ?? [];
  return { list, nameOf: name => (name ? (list.find(one => one.name === name)?.displayName ?? '') : '') };
}

export function useOrganisations(): { list: readonly Schemas['dealer.Organisation'][]; nameOf: (name: string | undefined) => string } {
  const { can } = useCaller();
  const { data } = useLoad(['organisations', 'all'], signal => ask(api.GET('/v1/organisations', { params: { query: { pageSize: 1000 } }, signal })), { enabled: can('dealer.organisations.read') });
  const list = data?.organisations ?? [];
  return { list, nameOf: name => (name ? (list.find(one => one.name === name)?.displayName ?? '') : '') };
}

interface PickProps {
  value?: string | undefined;
  onChange?: (value: string | undefined) => void;
  id?: string;
  placeholder?: string;
  label?: string;
  style?: React.CSSProperties;
}

/** A partner by its name, wherever only its resource name is known. */
export function PartnerLink({ name }: { name: string | undefined }) {
  const { data } = useLoad(['partners', 'one', name], signal => ask(api.GET('/v1/partners/{partner}', { params: { path: { partner: idOf(name) } }, signal })), { enabled: Boolean(name) });
  return name ? <Link to={`/${name}`}>{data?.displayName ?? '…'}</Link> : '–';
}

/** Chooses somebody, of those that the caller sees; with some role, when it must be one of these. */
export function StaffPicker({ roles, value, onChange, ...rest }: PickProps & { roles?: readonly string[] }) {
  const { list } = useStaff();
  const options = list
    .filter(one => one.active && (roles === undefined || one.roles.some(role => roles.includes(role))))
    .map(one => ({ value: one.name!, label: one.displayName }));
  return <Select allowClear showSearch={{ optionFilterProp: 'label' }} options={options} value={value || null} onChange={next => onChange?.(next ?? undefined)} aria-label={rest.label} {...rest} />;
}

export function OrganisationPicker({ value, onChange, ...rest }: PickProps) {
  const { list } = useOrganisations();
  return (
    <Select
      allowClear
      showSearch={{ optionFilterProp: 'label' }}
      options={list.map(one => ({ value: one.name!, label: one.displayName }))}
      value={value || null}
      onChange={next => onChange?.(next ?? undefined)}
      aria-label={rest.label}
      {...rest}
    />
  );
}

/** Chooses a partner by searching as in the list: Chinese, pinyin, initials. */
export function PartnerPicker({ value, onChange, kind, ...rest }: PickProps & { kind?: Schemas['dealer.Partner']['kind'] }) {
  const [query, setQuery] = useState('');
  const found = useLoad(['partners', 'pick', query, kind], signal => ask(api.GET('/v1/partners', { params: { query: { pageSize: 20, query: query || undefined, kind } }, signal })), { keep: true });
  const chosen = useLoad(['partners', 'one', value], signal => ask(api.GET('/v1/partners/{partner}', { params: { path: { partner: value!.split('/')[1]! } }, signal })), { enabled: Boolean(value) });
  const list = found.data?.partners ?? [];
  const all = chosen.data && !list.some(one => one.name === chosen.data.name) ? [chosen.data, ...list] : list;
  return (
    <Select
      allowClear
      showSearch={{ filterOption: false, onSearch: setQuery }}
      loading={found.isFetching}
      options={all.map(one => ({ value: one.name!, label: `${one.displayName} · ${one.city ?? ''}` }))}
      value={value || null}
      onChange={next => onChange?.(next ?? undefined)}
      aria-label={rest.label}
      {...rest}
    />
  );
}
