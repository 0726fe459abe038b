import { Button, Form, Input, InputNumber, Select } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { api, ask, type Schemas } from '../../api/client';
import { queries } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { FormDialog } from '../../kit/form';
import { day, idOf } from '../../kit/formats';
import { OrganisationPicker, useOrganisations } from '../../kit/names';
import { Page, Tag } from '../../kit/page';
import { useRole, useRoleName, useRoles } from '../../kit/roles';
import { SecretOnce } from '../../kit/secret';
import { Rows, type Column } from '../../kit/table';
import { useTexts } from '../../kit/texts';
import { accessTexts } from './accessTexts';

export type ApiClient = Schemas['gateway.ApiClient'];

/** Roles that only people have. */
const PEOPLES = new Set(['administrator', 'salesperson', 'partner-agent', 'partner-terminal']);

export function ClientState({ client }: { client: ApiClient }) {
  const t = useTexts(accessTexts);
  return <Tag tone={client.disabled ? 'bad' : 'good'}>{client.disabled ? t.clientDisabled : t.clientActive}</Tag>;
}

/** Other systems that call the API in their own name. */
export default function ApiClientsPage() {
  const t = useTexts(accessTexts);
  const role = useRole();
  const { can } = useCaller();
  const { nameOf } = useOrganisations();
  const [creating, setCreating] = useState(false);
  const [told, setTold] = useState<ApiClient | null>(null);
  const columns: Column<ApiClient>[] = [
    { key: 'name', title: t.name, width: 200, phone: 'title', render: row => <Link to={`/${row.name}`}>{row.displayName}</Link> },
    { key: 'id', title: t.clientId, width: 250, phone: 'none', render: row => <code>{idOf(row.name)}</code> },
    { key: 'organisation', title: t.place, width: 180, render: row => nameOf(row.organisation) || row.organisation },
    { key: 'roles', title: t.roles, render: row => row.roles.map(role).join('、') },
    { key: 'created', title: t.created, width: 112, phone: 'none', render: row => <span className="num">{day(row.createTime)}</span> },
    { key: 'state', title: t.state, width: 90, phone: 'end', render: row => <ClientState client={row} /> },
  ];
  return (
    <Page title={t.clients} about={t.clientsAbout} fill actions={can('gateway.clients.create') && <Button type="primary" onClick={() => setCreating(true)}>{t.createClient}</Button>}>
      <Rows<ApiClient>
        label={t.clients}
        queryKey={['api-clients']}
        load={async (page, signal) => {
          const answer = await ask(api.GET('/v1/apiClients', { params: { query: page }, signal }));
          return { rows: answer.apiClients ?? [], nextPageToken: answer.nextPageToken };
        }}
        columns={columns}
        rowKey={row => row.name!}
      />
      {creating && <CreateDialog onMade={setTold} onClose={() => setCreating(false)} />}
      {told && <ClientSecret client={told} onClose={() => setTold(null)} />}
    </Page>
  );
}

function CreateDialog({ onMade, onClose }: { onMade: (client: ApiClient) => void; onClose: () => void }) {
  const t = useTexts(accessTexts);
  const { user } = useCaller();
  const required = [{ required: true, message: t.required }];
  return (
    <FormDialog<ApiClient>
      open
      title={t.createClient}
      onClose={onClose}
      within="apiClient"
      draft="api-client.new"
      initial={{ requestsPerSecond: 0, ...(user.organisation ? { organisation: user.organisation } : {}) }}
      submit={async (client, requestId) => {
        onMade(await ask(api.POST('/v1/apiClients', { params: { query: { requestId } }, body: client })));
        void queries.invalidateQueries({ queryKey: ['api-clients'] });
      }}
    >
      <Form.Item name="displayName" label={t.name} rules={required}>
        <Input maxLength={50} autoComplete="off" />
      </Form.Item>
      <Form.Item name="organisation" label={t.place} extra={t.placeHint} rules={required}>
        <OrganisationPicker />
      </Form.Item>
      <Form.Item name="roles" label={t.roles} rules={required}>
        <MachineRoles />
      </Form.Item>
      <Form.Item name="requestsPerSecond" label={t.rate} extra={t.rateHint}>
        <InputNumber min={0} max={10000} precision={0} />
      </Form.Item>
    </FormDialog>
  );
}

/** Roles that a machine may have, the company's own among them. */
export function MachineRoles({ value, onChange, id }: { value?: string[]; onChange?: (roles: string[]) => void; id?: string }) {
  const name = useRoleName();
  const { data } = useRoles();
  return (
    <Select
      mode="multiple"
      {...(id === undefined ? {} : { id })}
      showSearch={{ optionFilterProp: 'label' }}
      options={(data ?? []).filter(role => !PEOPLES.has(idOf(role.name))).map(role => ({ value: idOf(role.name), label: name(role) }))}
      value={value ?? []}
      onChange={next => onChange?.(next)}
    />
  );
}

/** What the client's owner needs to get tokens. */
export function ClientSecret({ client, onClose }: { client: ApiClient; onClose: () => void }) {
  const t = useTexts(accessTexts);
  return (
    <SecretOnce
      title={t.secretTitle}
      rows={[[t.clientId, idOf(client.name)], [t.secret, client.secret ?? ''], [t.tokenEndpoint, `${window.location.origin}/oauth2/token`]]}
      about={<p className="muted">{t.secretAbout}</p>}
      onClose={onClose}
    />
  );
}
