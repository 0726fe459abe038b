import { Button, Checkbox, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { useLocation } from 'react-router';
import { api, ask } from '../../api/client';
import { queries, useLoad } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { Confirm } from '../../kit/confirm';
import { EditDialog, type EditField } from '../../kit/edit';
import { FormDialog } from '../../kit/form';
import { count, idOf } from '../../kit/formats';
import { Page, Panel, Tag } from '../../kit/page';
import { PlainTable } from '../../kit/plain';
import { useRoleName, useRoles, type Role } from '../../kit/roles';
import { Shown } from '../../kit/states';
import { Tabs } from '../../kit/tabs';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { useFilters } from '../../kit/url';
import { useChoices } from '../../kit/words';
import { permissionService } from '../../words/access';
import './access.css';
import { accessTexts } from './accessTexts';
import { Matrix } from './Matrix';
import { joined, matches, PermissionPicker, split, type PermissionRow } from './permissions';

const ADMINISTRATOR = 'roles/administrator';
const FIRST_SERVICE = 'dealer';
const MATRIX = '/roles/matrix';

function changed(text: string) {
  void queries.invalidateQueries({ queryKey: ['roles'] });
  void queries.invalidateQueries({ queryKey: ['permission-matrix'] });
  void queries.invalidateQueries({ queryKey: ['me'] });
  toast(text);
}

/** What the roles may do: as the manuals have them, as the company changed them, and those of its own. */
export default function RolesPage() {
  const t = useTexts(accessTexts);
  const { can } = useCaller();
  const { pathname } = useLocation();
  const [doing, setDoing] = useState<'new' | { what: 'edit' | 'delete'; role: Role } | null>(null);
  const roles = useRoles();
  const matrix = useLoad(['permission-matrix'], signal => ask(api.GET('/v1/permissionMatrix', { signal })));
  const all = matrix.data?.permissions ?? [];
  return (
    <Page title={t.rolesTitle} about={t.rolesAbout} actions={can('gateway.roles.create') && <Button type="primary" onClick={() => setDoing('new')}>{t.createRole}</Button>}>
      <Tabs label={t.rolesTitle} tabs={[{ to: '/roles', title: t.roles, end: true }, { to: MATRIX, title: t.matrix }]} />
      {pathname === MATRIX ? (
        <Shown of={matrix}>{({ permissions }) => <Permissions all={permissions ?? []} roles={roles.data ?? []} />}</Shown>
      ) : (
        <Panel bare>
          <Shown of={roles}>{rows => <RoleTable roles={rows} onDo={(what, role) => setDoing({ what, role })} />}</Shown>
        </Panel>
      )}
      {doing === 'new' && <CreateDialog all={all} onClose={() => setDoing(null)} />}
      {doing !== null && doing !== 'new' && doing.what === 'edit' && <EditRole all={all} role={doing.role} onClose={() => setDoing(null)} />}
      {doing !== null && doing !== 'new' && doing.what === 'delete' && <DeleteRole role={doing.role} onClose={() => setDoing(null)} />}
    </Page>
  );
}

/** The matrix, as far as somebody looks at it. */
function Permissions({ all, roles }: { all: readonly PermissionRow[]; roles: readonly Role[] }) {
  const t = useTexts(accessTexts);
  const choices = useChoices();
  const [filters, change] = useFilters('service', 'query', 'changed');
  const service = filters.service || FIRST_SERVICE;
  const isChanged = ({ permission = '' }: PermissionRow) => roles.some(role => role.granted?.includes(permission) || role.removed?.includes(permission));
  const wanted = (row: PermissionRow) =>
    (service === 'all' || filters.query !== '' || row.permission?.startsWith(`${service}.`)) && matches(row, filters.query) && (filters.changed === '' || isChanged(row));
  return (
    <>
      <div className="filters">
        <Select
          aria-label={t.service}
          style={{ width: 150 }}
          value={service}
          options={[{ value: 'all', label: t.allServices }, ...choices(permissionService)]}
          onChange={next => change({ service: next })}
        />
        <Input.Search aria-label={t.search} placeholder={t.search} allowClear style={{ width: 'min(260px, 100%)' }} defaultValue={filters.query} onSearch={query => change({ query: query.trim() })} />
        <Checkbox checked={filters.changed !== ''} onChange={event => change({ changed: event.target.checked ? '1' : '' })}>{t.onlyChanged}</Checkbox>
        <span className="found">{t.legend}</span>
      </div>
      <Panel bare>
        <Matrix rows={all.filter(wanted)} roles={roles} />
      </Panel>
    </>
  );
}

function RoleTable({ roles, onDo }: { roles: readonly Role[]; onDo: (what: 'edit' | 'delete', role: Role) => void }) {
  const t = useTexts(accessTexts);
  const { can } = useCaller();
  const name = useRoleName();
  return (
    <PlainTable<Role>
      label={t.rolesTitle}
      rows={roles}
      rowKey={role => role.name!}
      columns={[
        { key: 'name', title: t.name, heads: true, render: name },
        { key: 'id', title: t.roleId, align: 'nowrap', render: role => <code>{idOf(role.name)}</code> },
        { key: 'origin', title: t.origin, align: 'nowrap', render: role => <Tag tone={role.builtIn ? 'plain' : 'info'}>{role.builtIn ? t.ofManual : t.ofCompany}</Tag> },
        { key: 'count', title: t.permissions, align: 'right', render: role => count(role.permissions?.length ?? 0) },
        { key: 'granted', title: t.granted, align: 'right', render: role => (role.builtIn ? count(role.granted?.length ?? 0) : '–') },
        { key: 'removed', title: t.removed, align: 'right', render: role => (role.builtIn ? count(role.removed?.length ?? 0) : '–') },
        {
          key: 'actions',
          title: <span className="only-read">{t.edit}</span>,
          render: role => (
            <span className="row-actions">
              {role.name !== ADMINISTRATOR && can('gateway.roles.update') && <button type="button" className="link" onClick={() => onDo('edit', role)}>{t.edit}</button>}
              {!role.builtIn && can('gateway.roles.delete') && <button type="button" className="link" onClick={() => onDo('delete', role)}>{t.remove}</button>}
            </span>
          ),
        },
      ]}
    />
  );
}

interface Entered {
  roleId: string;
  displayName: string;
  displayNameEn: string;
  granted: string;
}

function CreateDialog({ all, onClose }: { all: readonly PermissionRow[]; onClose: () => void }) {
  const t = useTexts(accessTexts);
  const required = [{ required: true, message: t.required }];
  return (
    <FormDialog<Entered>
      open
      title={t.createRole}
      onClose={onClose}
      within="role"
      draft="role.new"
      submit={async ({ roleId, granted, ...names }, requestId) => {
        await ask(api.POST('/v1/roles', { params: { query: { roleId, requestId } }, body: { ...names, granted: split(granted) } }));
        changed(t.saved);
      }}
    >
      <Form.Item name="displayName" label={t.name} rules={required}>
        <Input maxLength={50} />
      </Form.Item>
      <Form.Item name="displayNameEn" label={t.nameEn} rules={required}>
        <Input maxLength={50} />
      </Form.Item>
      <Form.Item name="roleId" label={t.roleId} extra={t.roleIdHint} rules={required}>
        <Input maxLength={40} autoComplete="off" />
      </Form.Item>
      <Form.Item name="granted" label={t.permissions}>
        <PermissionPicker all={all} />
      </Form.Item>
    </FormDialog>
  );
}

/** A role as it is edited: all that it may, as one value. */
interface Edited {
  displayName: string;
  displayNameEn: string;
  granted: string;
  etag: string;
}
const editedOf = (role: Role): Edited => ({ displayName: role.displayName ?? '', displayNameEn: role.displayNameEn ?? '', granted: joined(role.permissions ?? []), etag: role.etag ?? '' });

/** What a role of the manuals may before the company changes it; nothing for its own. */
const manualOf = (role: Role) => (role.builtIn ? new Set([...(role.permissions ?? []).filter(one => !role.granted?.includes(one)), ...(role.removed ?? [])]) : new Set<string>());

function EditRole({ all, role, onClose }: { all: readonly PermissionRow[]; role: Role; onClose: () => void }) {
  const t = useTexts(accessTexts);
  const name = useRoleName();
  const path = { role: idOf(role.name) };
  const manual = manualOf(role);
  const before = new Set(role.permissions ?? []);
  const difference = (value: unknown) => {
    const now = new Set(split(value));
    return t.difference([...now].filter(one => !before.has(one)).join('、'), [...before].filter(one => !now.has(one)).join('、'));
  };
  const names: EditField[] = role.builtIn ? [] : [{ name: 'displayName', label: t.name, required: true }, { name: 'displayNameEn', label: t.nameEn, required: true }];
  return (
    <EditDialog<Edited>
      open
      title={t.editRole(name(role))}
      onClose={onClose}
      within="role"
      draft={role.name!}
      record={editedOf(role)}
      reload={async () => editedOf(await ask(api.GET('/v1/roles/{role}', { params: { path } })))}
      fields={[...names, { name: 'granted', label: t.permissions, input: <PermissionPicker all={all} />, show: difference }]}
      save={async ({ granted, ...changes }, fields, etag) => {
        const chosen = new Set(split(granted));
        const lists = granted === undefined ? {} : { granted: [...chosen].filter(one => !manual.has(one)), removed: [...manual].filter(one => !chosen.has(one)) };
        const mask = [...fields, ...(granted !== undefined && role.builtIn ? ['removed'] : [])].join(',');
        await ask(api.PATCH('/v1/roles/{role}', { params: { path, query: { updateMask: mask } }, body: { ...changes, ...lists, etag } }));
        changed(t.saved);
      }}
    />
  );
}

function DeleteRole({ role, onClose }: { role: Role; onClose: () => void }) {
  const t = useTexts(accessTexts);
  const name = useRoleName();
  return (
    <Confirm
      danger
      title={t.deleteRole(name(role))}
      about={t.deleteRoleAbout}
      label={t.remove}
      onClose={onClose}
      run={async () => {
        await ask(api.DELETE('/v1/roles/{role}', { params: { path: { role: idOf(role.name) } } }));
        changed(t.deleted);
      }}
    />
  );
}
