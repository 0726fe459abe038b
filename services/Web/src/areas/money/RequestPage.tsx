import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { api, ask, type Schemas } from '../../api/client';
import { queries, useLoad } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { DayPicker } from '../../kit/date';
import { FormDialog } from '../../kit/form';
import { idOf, minute, money, number, today } from '../../kit/formats';
import { PartnerLink } from '../../kit/names';
import { Facts, Page, Panel } from '../../kit/page';
import { PlainTable } from '../../kit/plain';
import { useSettings } from '../../kit/settings';
import { Shown } from '../../kit/states';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { StateTag, useWord, type Enum } from '../../kit/words';
import { YuanInput } from '../../kit/yuan';
import { moneyAction, paymentKind, paymentState } from '../../words/money';
import { RequestFields, toRequest, type RequestForm } from './RequestFields';
import { moneyTexts } from './texts';

type Request = Schemas['contract.PaymentRequest'];

/** One request on its way from the salesperson over manager, purchasing and finance to the client. */
export default function RequestPage() {
  const t = useTexts(moneyTexts);
  const say = useWord();
  const { request: id = '' } = useParams();
  const load = useLoad(['payment-requests', 'one', id], signal => ask(api.GET('/v1/paymentRequests/{paymentRequest}', { params: { path: { paymentRequest: id } }, signal })));
  return (
    <Shown of={load}>
      {request => (
        <Page
          title={`${request.partnerName ?? ''} · ${say(paymentKind, request.kind)}`}
          up={{ to: '/paymentRequests', title: t.requests }}
          about={<StateTag of={paymentState} value={request.state} />}
          actions={<Actions request={request} />}
        >
          <Content request={request} />
          <Panel title={t.trail}>
            <Trail steps={request.steps ?? []} />
          </Panel>
        </Page>
      )}
    </Shown>
  );
}

function Content({ request }: { request: Request }) {
  const t = useTexts(moneyTexts);
  const allocated = (instalment: string) => request.allocations?.find(line => line.instalment === instalment)?.amountFen;
  return (
    <>
      <Panel>
        <Facts
          rows={[
            [t.partner, <PartnerLink key="partner" name={request.partner} />],
            [t.amount, money(request.amountFen)],
            [t.drafter, request.drafterName],
            [t.settled, number(request.settledFen) > 0 ? money(request.settledFen) : ''],
            [t.settledDate, request.settledDate],
            [t.document, request.documentNumber],
            [t.signer, request.signerName],
            [t.signedDate, request.signedDate],
            [t.remark, request.note, 'wide'],
          ]}
        />
      </Panel>
      <Panel title={t.lines} bare>
        <PlainTable<Schemas['contract.PaymentLine']>
          label={t.lines}
          rows={request.lines ?? []}
          rowKey={row => row.instalment}
          columns={[
            { key: 'instalment', title: t.instalment, heads: true, render: row => <InstalmentLink name={row.instalment} /> },
            { key: 'asked', title: t.amount, align: 'right', render: row => money(row.amountFen) },
            { key: 'settled', title: t.settled, align: 'right', render: row => money(allocated(row.instalment)) },
          ]}
        />
      </Panel>
    </>
  );
}

function InstalmentLink({ name }: { name: string }) {
  const t = useTexts(moneyTexts);
  const { data } = useLoad(['instalments', 'one', idOf(name)], signal => ask(api.GET('/v1/instalments/{instalment}', { params: { path: { instalment: idOf(name) } }, signal })));
  return <Link to={`/${name}`}>{data ? [data.agreementNumber, t.nth(String(data.number)), data.dueDate].filter(Boolean).join(' · ') : '…'}</Link>;
}

function Trail({ steps }: { steps: readonly Schemas['contract.PaymentStep'][] }) {
  const { lang } = useSettings();
  return (
    <ul className="line-of-time">
      {[...steps].reverse().map((step, index) => (
        <li key={index}>
          <time dateTime={step.time}>{minute(step.time)}</time>
          <b>{moneyAction[step.action ?? '']?.[lang === 'en' ? 1 : 0] ?? step.action}</b> <span className="muted">{step.actorName}</span>
          <div>{step.comment}</div>
        </li>
      ))}
    </ul>
  );
}

type Doing = 'edit' | 'submit' | 'confirm' | 'check' | 'recordReceipt' | 'recordInvoice' | 'sign' | 'giveBack' | 'withdraw' | 'cancel' | 'reverse';
type State = Enum<'contract.PaymentState'>;

interface Said {
  comment?: string;
  reason?: string;
  receivedDate?: string;
  invoiceDate?: string;
  signedDate?: string;
  amountFen?: string;
  reference?: string;
  invoiceNumber?: string;
  signerName?: string;
}

const DRAFT: readonly State[] = ['PAYMENT_STATE_DRAFT', 'PAYMENT_STATE_RETURNED'];
const UNDER_WAY: readonly State[] = ['PAYMENT_STATE_AWAITING_MANAGER', 'PAYMENT_STATE_AWAITING_PURCHASING', 'PAYMENT_STATE_AWAITING_FINANCE'];

/** What the caller may do where it stands. Nobody passes on what he drafted himself. */
function useOffers(request: Request): readonly Doing[] {
  const { user, can } = useCaller();
  const state = request.state ?? 'PAYMENT_STATE_UNSPECIFIED';
  const isMine = Boolean(user.staff) && request.drafter === user.staff;
  const isReceipt = request.kind === 'PAYMENT_KIND_RECEIPT';
  const offers: readonly (readonly [Doing, boolean])[] = [
    ['cancel', can('contract.payments.update') && (DRAFT.includes(state) || UNDER_WAY.includes(state)) && (isMine || can('contract.payments.confirm'))],
    ['withdraw', can('contract.payments.update') && isMine && UNDER_WAY.includes(state)],
    ['giveBack', can('contract.payments.return') && !isMine && (UNDER_WAY.includes(state) || state === 'PAYMENT_STATE_AWAITING_SIGNATURE')],
    ['reverse', can('contract.payments.settle') && (state === 'PAYMENT_STATE_AWAITING_SIGNATURE' || state === 'PAYMENT_STATE_CLOSED')],
    ['edit', can('contract.payments.update') && isMine && DRAFT.includes(state)],
    ['submit', can('contract.payments.update') && isMine && DRAFT.includes(state)],
    ['confirm', can('contract.payments.confirm') && !isMine && state === 'PAYMENT_STATE_AWAITING_MANAGER'],
    ['check', can('contract.payments.check') && !isMine && state === 'PAYMENT_STATE_AWAITING_PURCHASING'],
    ['recordReceipt', can('contract.payments.settle') && !isMine && isReceipt && state === 'PAYMENT_STATE_AWAITING_FINANCE'],
    ['recordInvoice', can('contract.payments.settle') && !isMine && !isReceipt && state === 'PAYMENT_STATE_AWAITING_FINANCE'],
    ['sign', can('contract.payments.sign') && state === 'PAYMENT_STATE_AWAITING_SIGNATURE'],
  ];
  return offers.filter(([, offered]) => offered).map(([doing]) => doing);
}

const PRIMARY: readonly Doing[] = ['submit', 'confirm', 'check', 'recordReceipt', 'recordInvoice', 'sign'];
const DANGER: readonly Doing[] = ['cancel', 'reverse'];

function Actions({ request }: { request: Request }) {
  const t = useTexts(moneyTexts);
  const offers = useOffers(request);
  const [doing, setDoing] = useState<Doing | null>(null);
  const params = { path: { paymentRequest: idOf(request.name) } };
  const etag = request.etag ?? '';
  const close = () => setDoing(null);
  const done = () => {
    toast(t.done);
    void queries.invalidateQueries({ queryKey: ['payment-requests'] });
    void queries.invalidateQueries({ queryKey: ['instalments'] });
  };

  const act = async (what: Doing, said: Said, requestId: string) => {
    const common = { comment: said.comment ?? '', etag, requestId };
    const why = { reason: said.reason ?? '', etag, requestId };
    switch (what) {
      case 'submit':
        return ask(api.POST('/v1/paymentRequests/{paymentRequest}:submit', { params, body: common }));
      case 'confirm':
        return ask(api.POST('/v1/paymentRequests/{paymentRequest}:confirm', { params, body: common }));
      case 'check':
        return ask(api.POST('/v1/paymentRequests/{paymentRequest}:check', { params, body: common }));
      case 'recordReceipt':
        return ask(api.POST('/v1/paymentRequests/{paymentRequest}:recordReceipt', { params, body: { receivedDate: said.receivedDate ?? '', amountFen: said.amountFen ?? '0', reference: said.reference ?? '', ...common } }));
      case 'recordInvoice':
        return ask(api.POST('/v1/paymentRequests/{paymentRequest}:recordInvoice', { params, body: { invoiceDate: said.invoiceDate ?? '', invoiceNumber: said.invoiceNumber ?? '', amountFen: said.amountFen ?? '0', ...common } }));
      case 'sign':
        return ask(api.POST('/v1/paymentRequests/{paymentRequest}:sign', { params, body: { signerName: said.signerName ?? '', signedDate: said.signedDate ?? '', ...common } }));
      case 'giveBack':
        return ask(api.POST('/v1/paymentRequests/{paymentRequest}:return', { params, body: common }));
      case 'withdraw':
        return ask(api.POST('/v1/paymentRequests/{paymentRequest}:withdraw', { params, body: common }));
      case 'cancel':
        return ask(api.POST('/v1/paymentRequests/{paymentRequest}:cancel', { params, body: why }));
      case 'reverse':
        return ask(api.POST('/v1/paymentRequests/{paymentRequest}:reverse', { params, body: why }));
      default:
        return undefined;
    }
  };

  return (
    <>
      {offers.map(offer => (
        <Button key={offer} type={PRIMARY.includes(offer) ? 'primary' : 'default'} danger={DANGER.includes(offer)} onClick={() => setDoing(offer)}>
          {t[offer]}
        </Button>
      ))}
      <FormDialog<RequestForm>
        title={t.edit}
        open={doing === 'edit'}
        onClose={close}
        within="paymentRequest"
        draft={request.name!}
        initial={{ kind: request.kind, partner: request.partner ?? '', lines: request.lines ?? [], note: request.note ?? '' }}
        submit={async values => {
          await ask(api.PATCH('/v1/paymentRequests/{paymentRequest}', { params: { ...params, query: { updateMask: 'lines,note' } }, body: { ...toRequest({ ...values, kind: request.kind }), etag } }));
          done();
        }}
      >
        <RequestFields />
      </FormDialog>
      <FormDialog<Said>
        title={doing === null ? '' : t[doing]}
        saveLabel={doing === null ? '' : t[doing]}
        danger={doing !== null && DANGER.includes(doing)}
        open={doing !== null && doing !== 'edit'}
        onClose={close}
        draft={`${request.name}.${doing}`}
        initial={{ receivedDate: today(), invoiceDate: today(), signedDate: today(), amountFen: String(request.amountFen ?? 0) }}
        submit={async (said, requestId) => {
          await act(doing!, said, requestId);
          done();
        }}
      >
        {doing !== null && <SaidFields doing={doing} />}
      </FormDialog>
    </>
  );
}

function SaidFields({ doing }: { doing: Doing }) {
  const t = useTexts(moneyTexts);
  const required = [{ required: true, message: t.required }];
  const date = (name: keyof Said, label: string) => (
    <Form.Item name={name} label={label} rules={required}>
      <DayPicker disabled={one => one > today()} />
    </Form.Item>
  );
  const line = (name: keyof Said, label: string, isRequired: boolean) => (
    <Form.Item name={name} label={label} rules={isRequired ? required : []}>
      <Input maxLength={100} />
    </Form.Item>
  );
  if (doing === 'cancel' || doing === 'reverse')
    return (
      <Form.Item name="reason" label={t.reason} rules={required}>
        <Input.TextArea rows={3} maxLength={500} />
      </Form.Item>
    );
  const settles = doing === 'recordReceipt' || doing === 'recordInvoice';
  return (
    <>
      {doing === 'recordReceipt' && date('receivedDate', t.receivedDate)}
      {doing === 'recordInvoice' && date('invoiceDate', t.invoiceDate)}
      {doing === 'recordReceipt' && line('reference', t.reference, false)}
      {doing === 'recordInvoice' && line('invoiceNumber', t.invoiceNumber, true)}
      {settles && (
        <Form.Item name="amountFen" label={t.amountYuan}>
          <YuanInput />
        </Form.Item>
      )}
      {doing === 'sign' && line('signerName', t.signer, true)}
      {doing === 'sign' && date('signedDate', t.signedDate)}
      <Form.Item name="comment" label={t.comment} rules={doing === 'giveBack' ? required : []}>
        <Input.TextArea rows={3} maxLength={500} />
      </Form.Item>
    </>
  );
}
