import { Button, Form, Input, InputNumber } from 'antd';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { api, ask, type Schemas } from '../../api/client';
import { queries, useLoad } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { Confirm } from '../../kit/confirm';
import { DayPicker } from '../../kit/date';
import { EditDialog } from '../../kit/edit';
import { FormDialog } from '../../kit/form';
import { addDays, count, day, idOf, minute, today } from '../../kit/formats';
import { useOrganisations } from '../../kit/names';
import { Facts, Page, Panel, Tag } from '../../kit/page';
import { useRole } from '../../kit/roles';
import { SecretOnce } from '../../kit/secret';
import { Shown } from '../../kit/states';
import { Rows, type Column } from '../../kit/table';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { accessTexts } from './accessTexts';
import { ClientSecret, ClientState, MachineRoles, type ApiClient } from './ApiClientsPage';

type ApiKey = Schemas['gateway.ApiKey'];
type Doing = 'edit' | 'rotate' | 'disable' | 'enable' | 'delete' | 'key';

const LONGEST_DAYS = 730;
const LONGEST_OVERLAP = 168;

const changed = () => void queries.invalidateQueries({ queryKey: ['api-clients'] });
const keysChanged = () => void queries.invalidateQueries({ queryKey: ['api-keys'] });

/** One client: what it may, its secret, its keys. */
export default function ApiClientPage() {
  const t = useTexts(accessTexts);
  const role = useRole();
  const { can } = useCaller();
  const { nameOf } = useOrganisations();
  const { client: id = '' } = useParams();
  const [doing, setDoing] = useState<Doing | null>(null);
  const [told, setTold] = useState<ApiClient | null>(null);
  const loaded = useLoad(['api-clients', id], signal => ask(api.GET('/v1/apiClients/{apiClient}', { params: { path: { apiClient: id } }, signal })));
  const disabled = loaded.data?.disabled ?? false;
  const offered: [Doing, string, boolean][] = [
    ['edit', t.edit, can('gateway.clients.update')],
    ['rotate', t.rotateSecret, can('gateway.clients.rotate')],
    ['disable', t.disableClient, can('gateway.clients.disable') && !disabled],
    ['enable', t.enable, can('gateway.clients.disable') && disabled],
    ['delete', t.remove, can('gateway.clients.delete')],
  ];
  return (
    <Page
      title={loaded.data?.displayName ?? t.client}
      up={{ to: '/apiClients', title: t.clients }}
      actions={loaded.data && offered.map(([what, title, offer]) => offer && <Button key={what} danger={what === 'delete'} onClick={() => setDoing(what)}>{title}</Button>)}
    >
      <Shown of={loaded}>
        {client => (
          <>
            <Panel>
              <Facts
                rows={[
                  [t.clientId, <code>{id}</code>],
                  [t.state, <ClientState client={client} />],
                  [t.place, nameOf(client.organisation) || client.organisation],
                  [t.roles, client.roles.map(role).join('、')],
                  [t.rate, client.requestsPerSecond ? count(client.requestsPerSecond) : ''],
                  [t.created, <span className="num">{minute(client.createTime)}</span>],
                ]}
              />
            </Panel>
            <Keys client={client} />
            {doing && <Dialogs doing={doing} client={client} onTold={setTold} onClose={() => setDoing(null)} />}
            {told && <ClientSecret client={told} onClose={() => setTold(null)} />}
          </>
        )}
      </Shown>
    </Page>
  );
}

interface DialogsProps {
  doing: Doing;
  client: ApiClient;
  onTold: (client: ApiClient) => void;
  onClose: () => void;
}

function Dialogs({ doing, client, onTold, onClose }: DialogsProps) {
  const t = useTexts(accessTexts);
  const go = useNavigate();
  const params = { path: { apiClient: idOf(client.name) } };
  switch (doing) {
    case 'edit':
      return <EditClient client={client} onClose={onClose} />;
    case 'rotate':
      return (
        <OverlapDialog
          title={t.rotateSecret}
          about={t.rotateAbout}
          onClose={onClose}
          submit={async overlapHours => onTold(await ask(api.POST('/v1/apiClients/{apiClient}:rotateSecret', { params, body: { overlapHours } })))}
        />
      );
    case 'disable':
      return (
        <Confirm
          danger
          title={t.disableClient}
          about={t.disableClientAbout}
          label={t.disableClient}
          onClose={onClose}
          run={async () => {
            await ask(api.POST('/v1/apiClients/{apiClient}:disable', { params, body: {} }));
            changed();
          }}
        />
      );
    case 'enable':
      return (
        <Confirm
          title={t.enable}
          about={t.enableAbout}
          label={t.enable}
          onClose={onClose}
          run={async () => {
            await ask(api.POST('/v1/apiClients/{apiClient}:enable', { params, body: {} }));
            changed();
          }}
        />
      );
    default:
      return (
        <Confirm
          danger
          title={t.deleteClient}
          about={t.deleteClientAbout}
          label={t.remove}
          onClose={onClose}
          run={async () => {
            await ask(api.DELETE('/v1/apiClients/{apiClient}', { params }));
            toast(t.deleted);
            void go('/apiClients');
            changed();
          }}
        />
      );
  }
}

/** What may be changed of a client. */
interface Edited {
  displayName: string;
  roles: string[];
  requestsPerSecond: number;
  etag: string;
}
const editedOf = (client: ApiClient): Edited => ({ displayName: client.displayName, roles: client.roles, requestsPerSecond: client.requestsPerSecond ?? 0, etag: client.etag ?? '' });

function EditClient({ client, onClose }: { client: ApiClient; onClose: () => void }) {
  const t = useTexts(accessTexts);
  const role = useRole();
  const path = { apiClient: idOf(client.name) };
  return (
    <EditDialog<Edited>
      open
      title={t.editClient}
      onClose={onClose}
      within="apiClient"
      draft={client.name!}
      record={editedOf(client)}
      reload={async () => editedOf(await ask(api.GET('/v1/apiClients/{apiClient}', { params: { path } })))}
      fields={[
        { name: 'displayName', label: t.name, required: true },
        {
          name: 'roles',
          label: t.roles,
          whole: {
            items: (
              <Form.Item name="roles" label={t.roles} rules={[{ required: true, message: t.required }]}>
                <MachineRoles />
              </Form.Item>
            ),
            show: value => (value as string[]).map(role).join('、'),
          },
        },
        { name: 'requestsPerSecond', label: t.rate, numeric: true, hint: t.rateHint, input: <InputNumber min={0} max={10000} precision={0} /> },
      ]}
      save={async (changes, fields, etag) => {
        await ask(api.PATCH('/v1/apiClients/{apiClient}', { params: { path, query: { updateMask: fields.join(',') } }, body: { ...changes, etag } as ApiClient }));
        changed();
        toast(t.saved);
      }}
    />
  );
}

interface OverlapDialogProps {
  title: string;
  about: string;
  onClose: () => void;
  submit: (overlapHours: number) => Promise<void>;
}

/** Asks how long what is replaced still serves. */
export function OverlapDialog({ title, about, onClose, submit }: OverlapDialogProps) {
  const t = useTexts(accessTexts);
  return (
    <FormDialog<{ overlapHours: number | null }> open title={title} saveLabel={t.rotate} onClose={onClose} initial={{ overlapHours: 24 }} submit={({ overlapHours }) => submit(overlapHours ?? 0)}>
      <p className="muted" style={{ marginBottom: 14 }}>{about}</p>
      <Form.Item name="overlapHours" label={t.overlap} extra={t.overlapHint}>
        <InputNumber min={0} max={LONGEST_OVERLAP} precision={0} />
      </Form.Item>
    </FormDialog>
  );
}

function Keys({ client }: { client: ApiClient }) {
  const t = useTexts(accessTexts);
  const { can } = useCaller();
  const id = idOf(client.name);
  const [doing, setDoing] = useState<'new' | { what: 'rotate' | 'revoke'; key: ApiKey } | null>(null);
  const [told, setTold] = useState<ApiKey | null>(null);
  const mayRotate = can('gateway.clients.rotate');
  const isOver = (key: ApiKey) => Date.parse(key.expireTime ?? '') <= Date.now();
  const columns: Column<ApiKey>[] = [
    { key: 'name', title: t.keyPurpose, phone: 'title', render: row => row.displayName },
    { key: 'prefix', title: t.keyPrefix, width: 160, render: row => <code>{row.prefix}</code> },
    { key: 'created', title: t.created, width: 120, phone: 'none', render: row => <span className="num">{day(row.createTime)}</span> },
    { key: 'expires', title: t.expires, width: 190, render: row => <span className="num">{minute(row.expireTime)} {isOver(row) && <Tag>{t.expired}</Tag>}</span> },
    { key: 'used', title: t.lastUse, width: 150, render: row => <span className="num">{row.lastUseTime ? minute(row.lastUseTime) : t.never}</span> },
    {
      key: 'actions',
      title: '',
      width: 130,
      phone: 'end',
      render: row =>
        mayRotate &&
        !isOver(row) && (
          <span className="row-actions">
            <button type="button" className="link" onClick={() => setDoing({ what: 'rotate', key: row })}>{t.rotate}</button>
            <button type="button" className="link" onClick={() => setDoing({ what: 'revoke', key: row })}>{t.revoke}</button>
          </span>
        ),
    },
  ];
  return (
    <div className="boxed-rows">
      <Rows<ApiKey>
        label={t.keys}
        queryKey={['api-keys', id]}
        load={async (page, signal) => {
          const answer = await ask(api.GET('/v1/apiClients/{apiClient}/keys', { params: { path: { apiClient: id }, query: page }, signal }));
          return { rows: answer.apiKeys ?? [], nextPageToken: answer.nextPageToken };
        }}
        columns={columns}
        rowKey={row => row.name!}
        filters={
          <>
            <h2 style={{ fontSize: 14.5 }}>{t.keys}</h2>
            {mayRotate && <Button size="small" onClick={() => setDoing('new')}>{t.createKey}</Button>}
          </>
        }
      />
      {doing === 'new' && <CreateKey id={id} onTold={setTold} onClose={() => setDoing(null)} />}
      {doing !== null && doing !== 'new' && <KeyDialog id={id} what={doing.what} apiKey={doing.key} onTold={setTold} onClose={() => setDoing(null)} />}
      {told && <SecretOnce title={t.keyTitle} rows={[[told.displayName, told.key ?? '']]} about={<p className="muted">{t.keyAbout}</p>} onClose={() => setTold(null)} />}
    </div>
  );
}

function CreateKey({ id, onTold, onClose }: { id: string; onTold: (key: ApiKey) => void; onClose: () => void }) {
  const t = useTexts(accessTexts);
  const last = addDays(today(), LONGEST_DAYS);
  return (
    <FormDialog<{ displayName: string; expireTime?: string }>
      open
      title={t.createKey}
      onClose={onClose}
      within="apiKey"
      submit={async ({ displayName, expireTime }, requestId) => {
        const body = { displayName, ...(expireTime ? { expireTime: `${expireTime}T23:59:59+08:00` } : {}) };
        onTold(await ask(api.POST('/v1/apiClients/{apiClient}/keys', { params: { path: { apiClient: id }, query: { requestId } }, body })));
        keysChanged();
      }}
    >
      <Form.Item name="displayName" label={t.keyPurpose} rules={[{ required: true, message: t.required }]}>
        <Input maxLength={50} autoComplete="off" />
      </Form.Item>
      <Form.Item name="expireTime" label={t.expires} extra={t.expiresHint}>
        <DayPicker disabled={date => date < today() || date > last} />
      </Form.Item>
    </FormDialog>
  );
}

interface KeyDialogProps {
  id: string;
  what: 'rotate' | 'revoke';
  apiKey: ApiKey;
  onTold: (key: ApiKey) => void;
  onClose: () => void;
}

function KeyDialog({ id, what, apiKey, onTold, onClose }: KeyDialogProps) {
  const t = useTexts(accessTexts);
  const params = { path: { apiClient: id, key: idOf(apiKey.name) } };
  if (what === 'rotate')
    return (
      <OverlapDialog
        title={t.rotateKey(apiKey.displayName)}
        about={t.rotateAbout}
        onClose={onClose}
        submit={async overlapHours => {
          onTold(await ask(api.POST('/v1/apiClients/{apiClient}/keys/{key}:rotate', { params, body: { overlapHours } })));
          keysChanged();
        }}
      />
    );
  return (
    <Confirm
      danger
      title={t.revokeKey(apiKey.displayName)}
      about={t.revokeKeyAbout}
      label={t.revoke}
      onClose={onClose}
      run={async () => {
        await ask(api.POST('/v1/apiClients/{apiClient}/keys/{key}:revoke', { params, body: {} }));
        keysChanged();
      }}
    />
  );
}
