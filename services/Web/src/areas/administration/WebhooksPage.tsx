import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { api, ask, type Schemas } from '../../api/client';
import { queries } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { EventTypesPicker, shortType } from '../../kit/eventTypes';
import { FormDialog } from '../../kit/form';
import { minute } from '../../kit/formats';
import { OrganisationPicker, useOrganisations } from '../../kit/names';
import { Page } from '../../kit/page';
import { SecretOnce } from '../../kit/secret';
import { Rows, type Column } from '../../kit/table';
import { useTexts } from '../../kit/texts';
import { StateTag } from '../../kit/words';
import { webhookState } from '../../words/access';
import { accessTexts } from './accessTexts';

export type Webhook = Schemas['gateway.WebhookEndpoint'];

/** Which events it gets, in a few words. */
export function useTypesText() {
  const t = useTexts(accessTexts);
  return ({ types = [] }: Webhook) => (types.length === 0 ? t.allTypes : types.length > 2 ? t.typeCount(types.length) : types.map(shortType).join('、'));
}

/** Addresses that are told what happens. */
export default function WebhooksPage() {
  const t = useTexts(accessTexts);
  const typesText = useTypesText();
  const { can } = useCaller();
  const { nameOf } = useOrganisations();
  const [creating, setCreating] = useState(false);
  const [told, setTold] = useState<Webhook | null>(null);
  const columns: Column<Webhook>[] = [
    { key: 'name', title: t.name, width: 180, phone: 'title', render: row => <Link to={`/${row.name}`}>{row.displayName || row.url}</Link> },
    { key: 'url', title: t.url, render: row => row.url },
    { key: 'types', title: t.types, width: 250, render: row => typesText(row) },
    { key: 'organisation', title: t.subtree, width: 170, phone: 'none', render: row => nameOf(row.organisation) || t.any },
    { key: 'failing', title: t.failingSince, width: 150, phone: 'none', render: row => <span className="num bad">{row.failingSinceTime ? minute(row.failingSinceTime) : ''}</span> },
    { key: 'state', title: t.state, width: 90, phone: 'end', render: row => <StateTag of={webhookState} value={row.state} /> },
  ];
  return (
    <Page title={t.webhooks} about={t.webhooksAbout} fill actions={can('gateway.webhooks.create') && <Button type="primary" onClick={() => setCreating(true)}>{t.createWebhook}</Button>}>
      <Rows<Webhook>
        label={t.webhooks}
        queryKey={['webhooks']}
        load={async (page, signal) => {
          const answer = await ask(api.GET('/v1/webhookEndpoints', { params: { query: page }, signal }));
          return { rows: answer.webhookEndpoints ?? [], nextPageToken: answer.nextPageToken };
        }}
        columns={columns}
        rowKey={row => row.name!}
      />
      {creating && (
        <FormDialog<Webhook>
          open
          title={t.createWebhook}
          onClose={() => setCreating(false)}
          within="webhookEndpoint"
          draft="webhook.new"
          submit={async (webhook, requestId) => {
            setTold(await ask(api.POST('/v1/webhookEndpoints', { params: { query: { requestId } }, body: webhook })));
            void queries.invalidateQueries({ queryKey: ['webhooks'] });
          }}
        >
          <Form.Item name="displayName" label={t.name}>
            <Input maxLength={100} />
          </Form.Item>
          <Form.Item name="url" label={t.url} extra={t.urlHint} rules={[{ required: true, message: t.required }]}>
            <Input maxLength={2000} inputMode="url" placeholder="https://" />
          </Form.Item>
          <Form.Item name="types" label={t.types} extra={t.typesHint}>
            <EventTypesPicker />
          </Form.Item>
          <Form.Item name="organisation" label={t.subtree} extra={t.subtreeHint}>
            <OrganisationPicker />
          </Form.Item>
        </FormDialog>
      )}
      {told && <WebhookSecret webhook={told} onClose={() => setTold(null)} />}
    </Page>
  );
}

/** What the receiver verifies signatures with. */
export function WebhookSecret({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
  const t = useTexts(accessTexts);
  return <SecretOnce title={t.webhookSecret} rows={[[t.webhookSecret, webhook.secret ?? '']]} about={<p className="muted">{t.webhookSecretAbout}</p>} onClose={onClose} />;
}
