import { Button, Form, Input, Modal, Select } from 'antd';
import { useEffect, useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { api, ask, newRequestId, type Schemas } from '../../api/client';
import { queries, useLoad } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { Confirm } from '../../kit/confirm';
import { EditDialog } from '../../kit/edit';
import { EventTypesPicker, shortType } from '../../kit/eventTypes';
import { count, idOf, minute } from '../../kit/formats';
import { OrganisationPicker, useOrganisations } from '../../kit/names';
import { Facts, Page, Panel } from '../../kit/page';
import { Shown } from '../../kit/states';
import { Rows, type Column } from '../../kit/table';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { useFilters } from '../../kit/url';
import { StateTag, useChoices, useWord } from '../../kit/words';
import { deliveryError, deliveryState, pauseReason, webhookState } from '../../words/access';
import { accessTexts } from './accessTexts';
import { OverlapDialog } from './ApiClientPage';
import { useTypesText, WebhookSecret, type Webhook } from './WebhooksPage';

type Delivery = Schemas['gateway.WebhookDelivery'];
type Doing = 'edit' | 'rotate' | 'pause' | 'resume' | 'delete';

/** Deliveries are made without anybody asking: looked at again while somebody watches. */
const LOOK_AGAIN_MS = 3000;

const changed = () => void queries.invalidateQueries({ queryKey: ['webhooks'] });
const deliveriesChanged = () => queries.invalidateQueries({ queryKey: ['webhook-deliveries'] });

/** One address: what it gets, how it goes, and every delivery. */
export default function WebhookPage() {
  const t = useTexts(accessTexts);
  const { webhook: id = '' } = useParams();
  const [doing, setDoing] = useState<Doing | null>(null);
  const [told, setTold] = useState<Webhook | null>(null);
  const loaded = useLoad(['webhooks', id], signal => ask(api.GET('/v1/webhookEndpoints/{webhookEndpoint}', { params: { path: { webhookEndpoint: id } }, signal })));
  return (
    <Page title={loaded.data?.displayName || loaded.data?.url || t.webhook} up={{ to: '/webhookEndpoints', title: t.webhooks }} actions={loaded.data && <Actions webhook={loaded.data} onDo={setDoing} />}>
      <Shown of={loaded}>
        {webhook => (
          <>
            <WebhookFacts webhook={webhook} />
            <Deliveries id={id} />
            {doing && <Dialogs doing={doing} webhook={webhook} onTold={setTold} onClose={() => setDoing(null)} />}
            {told && <WebhookSecret webhook={told} onClose={() => setTold(null)} />}
          </>
        )}
      </Shown>
    </Page>
  );
}

function WebhookFacts({ webhook }: { webhook: Webhook }) {
  const t = useTexts(accessTexts);
  const say = useWord();
  const typesText = useTypesText();
  const { nameOf } = useOrganisations();
  return (
    <Panel>
      <Facts
        rows={[
          [t.url, webhook.url, 'wide'],
          [t.state, <StateTag of={webhookState} value={webhook.state} />],
          ...(webhook.pauseReason ? ([[t.pauseReason, say(pauseReason, webhook.pauseReason)]] as const) : []),
          [t.types, <span title={(webhook.types ?? []).join('\n')}>{typesText(webhook)}</span>],
          [t.subtree, nameOf(webhook.organisation) || t.any],
          ...(webhook.failingSinceTime ? ([[t.failingSince, <span className="num bad">{minute(webhook.failingSinceTime)}</span>]] as const) : []),
          [t.progress, <span className="num">{webhook.sequence}</span>],
          [t.created, <span className="num">{minute(webhook.createTime)}</span>],
        ]}
      />
    </Panel>
  );
}

function Actions({ webhook, onDo }: { webhook: Webhook; onDo: (what: Doing) => void }) {
  const t = useTexts(accessTexts);
  const { can } = useCaller();
  const [busy, setBusy] = useState(false);
  const active = webhook.state === 'WEBHOOK_ENDPOINT_STATE_ACTIVE';
  const ping = async () => {
    setBusy(true);
    try {
      await ask(api.POST('/v1/webhookEndpoints/{webhookEndpoint}:ping', { params: { path: { webhookEndpoint: idOf(webhook.name) } }, body: { requestId: newRequestId() } }));
      await deliveriesChanged();
      toast(t.pinged);
    } catch (fault) {
      toast(fault instanceof Error ? fault.message : String(fault));
    } finally {
      setBusy(false);
    }
  };
  const offered: [Doing, string, boolean][] = [
    ['edit', t.edit, can('gateway.webhooks.update')],
    ['rotate', t.rotateSecret, can('gateway.webhooks.rotate')],
    ['pause', t.pause, can('gateway.webhooks.pause') && active],
    ['resume', t.resume, can('gateway.webhooks.pause') && !active],
    ['delete', t.remove, can('gateway.webhooks.delete')],
  ];
  return (
    <>
      {active && can('gateway.webhooks.ping') && <Button type="primary" loading={busy} onClick={() => void ping()}>{t.ping}</Button>}
      {offered.map(([what, title, offer]) => offer && <Button key={what} danger={what === 'delete'} onClick={() => onDo(what)}>{title}</Button>)}
    </>
  );
}

interface DialogsProps {
  doing: Doing;
  webhook: Webhook;
  onTold: (webhook: Webhook) => void;
  onClose: () => void;
}

function Dialogs({ doing, webhook, onTold, onClose }: DialogsProps) {
  const t = useTexts(accessTexts);
  const go = useNavigate();
  const params = { path: { webhookEndpoint: idOf(webhook.name) } };
  switch (doing) {
    case 'edit':
      return <EditWebhook webhook={webhook} onClose={onClose} />;
    case 'rotate':
      return (
        <OverlapDialog
          title={t.rotateSecret}
          about={t.rotateAbout}
          onClose={onClose}
          submit={async overlapHours => onTold(await ask(api.POST('/v1/webhookEndpoints/{webhookEndpoint}:rotateSecret', { params, body: { overlapHours, requestId: newRequestId() } })))}
        />
      );
    case 'pause':
      return (
        <Confirm
          title={t.pause}
          about={t.pauseAbout}
          label={t.pause}
          onClose={onClose}
          run={async () => {
            await ask(api.POST('/v1/webhookEndpoints/{webhookEndpoint}:pause', { params, body: {} }));
            changed();
          }}
        />
      );
    case 'resume':
      return (
        <Confirm
          title={t.resume}
          about={t.pauseAbout}
          label={t.resume}
          onClose={onClose}
          run={async () => {
            await ask(api.POST('/v1/webhookEndpoints/{webhookEndpoint}:resume', { params, body: {} }));
            changed();
          }}
        />
      );
    case 'delete':
      return (
        <Confirm
          danger
          title={t.deleteWebhook}
          about={t.deleteWebhookAbout}
          label={t.remove}
          onClose={onClose}
          run={async () => {
            await ask(api.DELETE('/v1/webhookEndpoints/{webhookEndpoint}', { params: { ...params, query: { etag: webhook.etag ?? '' } } }));
            toast(t.deleted);
            void go('/webhookEndpoints');
            changed();
          }}
        />
      );
  }
}

function EditWebhook({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
  const t = useTexts(accessTexts);
  const { nameOf } = useOrganisations();
  const path = { webhookEndpoint: idOf(webhook.name) };
  return (
    <EditDialog<Webhook>
      open
      title={t.editWebhook}
      onClose={onClose}
      within="webhookEndpoint"
      draft={webhook.name!}
      record={webhook}
      reload={() => ask(api.GET('/v1/webhookEndpoints/{webhookEndpoint}', { params: { path } }))}
      fields={[
        { name: 'displayName', label: t.name },
        { name: 'url', label: t.url, required: true, hint: t.urlHint, input: <Input maxLength={2000} inputMode="url" /> },
        {
          name: 'types',
          label: t.types,
          whole: {
            items: (
              <Form.Item name="types" label={t.types} extra={t.typesHint}>
                <EventTypesPicker />
              </Form.Item>
            ),
            show: value => ((value as string[] | undefined) ?? []).map(shortType).join('、') || t.allTypes,
          },
        },
        { name: 'organisation', label: t.subtree, hint: t.subtreeHint, input: <OrganisationPicker />, show: value => nameOf(String(value)) || t.any },
      ]}
      save={async (changes, fields, etag) => {
        await ask(api.PATCH('/v1/webhookEndpoints/{webhookEndpoint}', { params: { path, query: { updateMask: fields.join(',') } }, body: { ...changes, etag } as Webhook }));
        changed();
        toast(t.saved);
      }}
    />
  );
}

function Deliveries({ id }: { id: string }) {
  const t = useTexts(accessTexts);
  const say = useWord();
  const choices = useChoices();
  const { can } = useCaller();
  const [{ state }, change] = useFilters('state');
  const [shown, setShown] = useState<Delivery | null>(null);

  useEffect(() => {
    const again = setInterval(() => {
      if (!document.hidden) void deliveriesChanged();
    }, LOOK_AGAIN_MS);
    return () => clearInterval(again);
  }, []);

  const redeliver = async (delivery: Delivery) => {
    try {
      const path = { webhookEndpoint: id, delivery: idOf(delivery.name) };
      await ask(api.POST('/v1/webhookEndpoints/{webhookEndpoint}/deliveries/{delivery}:redeliver', { params: { path }, body: { requestId: newRequestId() } }));
      await deliveriesChanged();
      toast(t.redelivered);
    } catch (fault) {
      toast(fault instanceof Error ? fault.message : String(fault));
    }
  };
  const columns: Column<Delivery>[] = [
    { key: 'type', title: t.event, phone: 'title', render: row => <code>{shortType(row.type)}</code> },
    { key: 'state', title: t.state, width: 90, phone: 'end', render: row => <StateTag of={deliveryState} value={row.state} /> },
    { key: 'attempts', title: t.attempts, width: 70, align: 'right', phone: 'none', render: row => count(row.attempts ?? 0) },
    { key: 'answer', title: t.answer, width: 170, render: row => <span className={row.error ? 'bad' : ''}>{row.responseCode || (row.attempts ? t.noAnswer : '–')} {row.error && say(deliveryError, row.error)}</span> },
    { key: 'duration', title: t.duration, width: 90, align: 'right', phone: 'none', render: row => (row.durationMs ? `${count(row.durationMs)} ms` : '–') },
    { key: 'last', title: t.lastTry, width: 150, render: row => <span className="num">{minute(row.lastAttemptTime)}</span> },
    { key: 'next', title: t.nextTry, width: 150, phone: 'none', render: row => <span className="num">{minute(row.nextAttemptTime)}</span> },
    {
      key: 'actions',
      title: '',
      width: 150,
      render: row => (
        <span className="row-actions">
          <button type="button" className="link" onClick={() => setShown(row)}>{t.details}</button>
          {can('gateway.webhooks.redeliver') && row.state !== 'WEBHOOK_DELIVERY_STATE_PENDING' && <button type="button" className="link" onClick={() => void redeliver(row)}>{t.redeliver}</button>}
        </span>
      ),
    },
  ];
  return (
    <div className="boxed-rows">
      <Rows<Delivery>
        label={t.deliveries}
        queryKey={['webhook-deliveries', id, state]}
        load={async (page, signal) => {
          const query = { ...page, ...(state ? { state: state as NonNullable<Delivery['state']> } : {}) };
          const answer = await ask(api.GET('/v1/webhookEndpoints/{webhookEndpoint}/deliveries', { params: { path: { webhookEndpoint: id }, query }, signal }));
          return { rows: answer.webhookDeliveries ?? [], nextPageToken: answer.nextPageToken };
        }}
        columns={columns}
        rowKey={row => row.name!}
        filters={
          <>
            <h2 style={{ fontSize: 14.5 }}>{t.deliveries}</h2>
            <Select aria-label={t.state} placeholder={t.state} allowClear style={{ width: 130 }} options={choices(deliveryState)} value={state || null} onChange={next => change({ state: next ?? '' })} />
          </>
        }
      />
      {shown && <DeliveryDetails delivery={shown} onClose={() => setShown(null)} />}
    </div>
  );
}

/** How the last try of a delivery went. */
function DeliveryDetails({ delivery, onClose }: { delivery: Delivery; onClose: () => void }) {
  const t = useTexts(accessTexts);
  const say = useWord();
  return (
    <Modal open title={delivery.type} footer={<Button onClick={onClose}>{t.close}</Button>} onCancel={onClose}>
      <Facts
        rows={[
          [t.state, <StateTag of={deliveryState} value={delivery.state} />],
          [t.eventId, <code>{delivery.eventId}</code>],
          [t.sequence, <span className="num">{delivery.sequence}</span>],
          [t.attempts, count(delivery.attempts ?? 0)],
          [t.created, <span className="num">{minute(delivery.createTime)}</span>],
          [t.lastTry, <span className="num">{minute(delivery.lastAttemptTime)}</span>],
          [t.answer, delivery.responseCode || t.noAnswer],
          [t.problem, delivery.error && say(deliveryError, delivery.error)],
          [t.responseBody, delivery.response && <code>{delivery.response}</code>, 'wide'],
        ]}
      />
    </Modal>
  );
}
