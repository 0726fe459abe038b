import { Checkbox, Input } from 'antd';
import { useState } from 'react';
import type { Schemas } from '../../api/client';
import { useCaller } from '../../kit/caller';
import { useSettings } from '../../kit/settings';
import { useTexts } from '../../kit/texts';
import { useWord } from '../../kit/words';
import { permissionService } from '../../words/access';
import { accessTexts } from './accessTexts';

export type PermissionRow = Schemas['gateway.PermissionRow'];

export interface PermissionGroup {
  service: string;
  noun: string;
  rows: PermissionRow[];
}

/** "dealer.partners.update" belongs to dealer, partners. */
export function grouped(rows: readonly PermissionRow[]): PermissionGroup[] {
  const groups = new Map<string, PermissionGroup>();
  for (const row of rows) {
    const [service = '', noun = ''] = (row.permission ?? '').split('.');
    const key = `${service}.${noun}`;
    const group = groups.get(key) ?? { service, noun, rows: [] };
    group.rows.push(row);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** What a permission allows, in the language chosen. */
export function usePermissionTitle() {
  const { lang } = useSettings();
  return (row: PermissionRow) => (lang === 'en' ? row.titleEn : row.title) || (row.permission ?? '');
}

/** Whether a permission is one that somebody looks for. */
export const matches = (row: PermissionRow, query: string) => {
  const wanted = query.trim().toLowerCase();
  return wanted === '' || [row.permission, row.title, row.titleEn].some(text => text?.toLowerCase().includes(wanted));
};

interface PermissionPickerProps {
  all: readonly PermissionRow[];
  /** Joined by commas, in their order: a value that can be compared. */
  value?: string;
  onChange?: (value: string) => void;
  id?: string;
}

export const joined = (permissions: Iterable<string>) => [...permissions].sort().join(',');
export const split = (text: unknown) => String(text ?? '').split(',').filter(Boolean);

/** Chooses permissions, service by service. Nobody gives or takes what he may not do himself. */
export function PermissionPicker({ all, value, onChange, id }: PermissionPickerProps) {
  const t = useTexts(accessTexts);
  const say = useWord();
  const title = usePermissionTitle();
  const { can } = useCaller();
  const [query, setQuery] = useState('');
  const chosen = new Set(split(value));
  const serviceOf = (row: PermissionRow) => (row.permission ?? '').split('.')[0] ?? '';
  const services = [...new Set(all.map(serviceOf))];
  const toggle = (permission: string, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(permission);
    else next.delete(permission);
    onChange?.(joined(next));
  };
  return (
    <div id={id} tabIndex={-1}>
      <Input allowClear aria-label={t.search} placeholder={t.search} value={query} onChange={event => setQuery(event.target.value)} style={{ marginBottom: 8 }} />
      {services.map(service => {
        const rows = all.filter(row => serviceOf(row) === service);
        const shown = rows.filter(row => matches(row, query));
        return (
          shown.length > 0 && (
            <details key={service} className="permissions" open={query !== '' || undefined}>
              <summary>
                {say(permissionService, service)} <span className="muted num">{t.chosen(rows.filter(row => chosen.has(row.permission ?? '')).length, rows.length)}</span>
              </summary>
              {grouped(shown).map(group => (
                <fieldset key={group.noun}>
                  <legend>
                    <code>{group.noun}</code>
                  </legend>
                  {group.rows.map(row => {
                    const permission = row.permission ?? '';
                    const mayGive = can(permission);
                    return (
                      <Checkbox key={permission} checked={chosen.has(permission)} disabled={!mayGive} onChange={event => toggle(permission, event.target.checked)}>
                        <span title={mayGive ? permission : t.notYours}>{title(row)}</span>
                      </Checkbox>
                    );
                  })}
                </fieldset>
              ))}
            </details>
          )
        );
      })}
    </div>
  );
}
