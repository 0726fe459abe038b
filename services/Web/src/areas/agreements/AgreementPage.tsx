import { Button, Form, Input } from 'antd';
import { useRef, useState } from 'react';
import { useParams } from 'react-router';
import { api, ask, askRaw, download, newRequestId, type Schemas } from '../../api/client';
import { queries, useLoad } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { DayPicker } from '../../kit/date';
import { FormDialog } from '../../kit/form';
import { count, idOf, minute, money, today } from '../../kit/formats';
import { PartnerLink } from '../../kit/names';
import { Facts, Page, Panel } from '../../kit/page';
import { useSettings } from '../../kit/settings';
import { Shown } from '../../kit/states';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { StateTag, useWord } from '../../kit/words';
import { agreementKind, agreementState, approvalState } from '../../words/contract';
import { role } from '../../words/roles';
import { Changes } from './Changes';
import { EditAgreement } from './EditAgreement';
import { Instalments } from './Instalments';
import { agreementAction, agreementTexts } from './texts';

type Agreement = Schemas['contract.Agreement'];

/** Signed once: what is open stays owed when it ends. */
const OWED: readonly string[] = ['AGREEMENT_STATE_ACTIVE', 'AGREEMENT_STATE_EXPIRING', 'AGREEMENT_STATE_EXPIRED', 'AGREEMENT_STATE_TERMINATED', 'AGREEMENT_STATE_RENEWED', 'AGREEMENT_STATE_SUPERSEDED'];

/** One agreement: what it says, where its approval stands, what happened, and what the caller may do about it. */
export default function AgreementPage() {
  const { agreement: id = '' } = useParams();
  const t = useTexts(agreementTexts);
  const say = useWord();
  const { can } = useCaller();
  const load = useLoad(['agreements', 'one', id], signal => ask(api.GET('/v1/agreements/{agreement}', { params: { path: { agreement: id } }, signal })));
  return (
    <Shown of={load}>
      {agreement => (
        <Page
          title={agreement.partnerName || agreement.partyB || t.agreements}
          up={{ to: '/agreements', title: t.agreements }}
          about={
            <>
              <StateTag of={agreementState} value={agreement.state} /> {[say(agreementKind, agreement.kind), agreement.number || t.noNumber].join(' · ')}
            </>
          }
          actions={<Actions agreement={agreement} />}
        >
          <Panel title={t.content}>
            <Content agreement={agreement} />
          </Panel>
          {agreement.timeline?.some(entry => entry.action === 'submit') && <Changes agreement={agreement} />}
          <div className="grid">
            <Panel title={t.chain}>
              <Chain steps={agreement.steps ?? []} />
            </Panel>
            <Panel title={t.timeline}>
              <Timeline entries={agreement.timeline ?? []} />
            </Panel>
            {OWED.includes(agreement.state ?? '') && can('contract.instalments.read') && <Instalments agreement={agreement} />}
            <Attachments agreement={agreement} />
          </div>
        </Page>
      )}
    </Shown>
  );
}

function Content({ agreement }: { agreement: Agreement }) {
  const t = useTexts(agreementTexts);
  return (
    <Facts
      rows={[
        [t.subject, agreement.subject],
        [t.partner, <PartnerLink key="partner" name={agreement.partner} />],
        [t.partyA, agreement.partyA],
        [t.partyB, agreement.partyB],
        [t.city, agreement.city],
        [t.products, agreement.products?.join('、')],
        [t.from, agreement.effectiveFrom],
        [t.to, agreement.effectiveTo],
        [t.amount, money(agreement.amountFen)],
        [t.signed, agreement.signedDate],
        [t.drafter, agreement.drafterName],
        [t.filed, agreement.archiveNumber],
        [t.terms, agreement.terms, 'wide'],
        [t.deviations, agreement.deviations, 'wide'],
      ]}
    />
  );
}

function Chain({ steps }: { steps: readonly Schemas['contract.ApprovalStep'][] }) {
  const t = useTexts(agreementTexts);
  const say = useWord();
  if (steps.length === 0) return <span className="muted">{t.chainEmpty}</span>;
  return (
    <ul className="line-of-time">
      {steps.map((step, index) => (
        <li key={index}>
          <b>{say(role, step.role)}</b> <StateTag of={approvalState} value={step.state} />{' '}
          <span className="muted">{[step.reviewerName, step.onBehalfOfName && t.onBehalf(step.onBehalfOfName), step.reviewTime && minute(step.reviewTime)].filter(Boolean).join(' · ')}</span>
          <div>{step.comment}</div>
        </li>
      ))}
    </ul>
  );
}

function Timeline({ entries }: { entries: readonly Schemas['contract.AgreementEntry'][] }) {
  const { lang } = useSettings();
  return (
    <ul className="line-of-time">
      {[...entries].reverse().map((entry, index) => (
        <li key={index}>
          <time dateTime={entry.time}>{minute(entry.time)}</time>
          <b>{agreementAction[entry.action ?? '']?.[lang === 'en' ? 1 : 0] ?? entry.action}</b> <span className="muted">{entry.actorName}</span>
          <div>{entry.comment}</div>
        </li>
      ))}
    </ul>
  );
}

function Attachments({ agreement }: { agreement: Agreement }) {
  const t = useTexts(agreementTexts);
  const { can } = useCaller();
  const chooser = useRef<HTMLInputElement>(null);
  const id = idOf(agreement.name);
  const key = ['agreements', 'attachments', id];
  const load = useLoad(key, signal => ask(api.GET('/v1/agreements/{agreement}/attachments', { params: { path: { agreement: id }, query: { pageSize: 100 } }, signal })));
  const upload = async (file: File) => {
    try {
      const query = new URLSearchParams({ fileName: file.name, requestId: newRequestId() });
      await askRaw(`/v1/agreements/${id}/attachments?${query}`, { method: 'POST', headers: { 'Content-Type': file.type || 'application/octet-stream' }, body: file });
      void queries.invalidateQueries({ queryKey: ['agreements'] });
    } catch (fault) {
      toast(fault instanceof Error ? fault.message : String(fault));
    }
  };
  return (
    <Panel
      title={t.attachments}
      bare
      more={
        can('contract.agreements.update') && (
          <>
            <input ref={chooser} type="file" hidden aria-label={t.upload} onChange={event => event.target.files?.[0] && void upload(event.target.files[0])} />
            <Button size="small" onClick={() => chooser.current?.click()}>
              {t.upload}
            </Button>
          </>
        )
      }
    >
      <Shown of={load} lines={2}>
        {({ attachments }) =>
          attachments?.length ? (
            <ul className="cards">
              {attachments.map(file => (
                <li key={file.name}>
                  <button type="button" className="link" onClick={() => void download(`/v1/${file.name}:download`, file.fileName ?? 'attachment')}>
                    {file.fileName}
                  </button>
                  <div className="rest">
                    <span>{count(Number(file.sizeBytes) / 1024)} KB</span>
                    <span>{file.uploaderName}</span>
                    <span>{minute(file.createTime)}</span>
                  </div>
                </li>
              ))}
            </ul>
          ) : (
            <p className="panel-body muted">{t.none}</p>
          )
        }
      </Shown>
    </Panel>
  );
}

type Doing = 'edit' | 'submit' | 'approve' | 'return' | 'recall' | 'withdraw' | 'sign' | 'file' | 'terminate';

interface Said {
  comment?: string;
  signedDate?: string;
  archiveNumber?: string;
  archiveBox?: string;
  reason?: string;
  evidence?: string;
}

const OPEN: readonly string[] = ['AGREEMENT_STATE_DRAFT', 'AGREEMENT_STATE_RETURNED'];
const RUNNING: readonly string[] = ['AGREEMENT_STATE_ACTIVE', 'AGREEMENT_STATE_EXPIRING'];

/** What the caller may do with the agreement where it stands; who decides in the end is the server. */
function useActions(agreement: Agreement): readonly Doing[] {
  const { user, can } = useCaller();
  const state = agreement.state ?? '';
  const isMine = Boolean(user.staff) && agreement.drafter === user.staff;
  // Reviews that wait for the caller, as a substitute too.
  const reviews = useLoad(['reviews', 'mine'], signal => ask(api.GET('/v1/reviews', { params: { query: { pageSize: 1000 } }, signal })).then(page => page.reviews ?? []), {
    enabled: can('contract.agreements.review') && state === 'AGREEMENT_STATE_IN_REVIEW',
  });
  const awaitsMe = (reviews.data ?? []).some(review => review.agreement === agreement.name);
  const offers: readonly (readonly [Doing, boolean])[] = [
    ['terminate', can('contract.agreements.terminate') && RUNNING.includes(state)],
    ['withdraw', can('contract.agreements.update') && isMine && OPEN.includes(state)],
    ['recall', can('contract.agreements.update') && isMine && state === 'AGREEMENT_STATE_IN_REVIEW'],
    ['edit', can('contract.agreements.update') && OPEN.includes(state)],
    ['submit', can('contract.agreements.update') && OPEN.includes(state)],
    ['return', awaitsMe],
    ['approve', awaitsMe],
    ['sign', can('contract.agreements.sign') && state === 'AGREEMENT_STATE_APPROVED'],
    ['file', can('contract.agreements.file') && RUNNING.includes(state) && !agreement.archiveNumber],
  ];
  return offers.filter(([, offered]) => offered).map(([doing]) => doing);
}

function Actions({ agreement }: { agreement: Agreement }) {
  const t = useTexts(agreementTexts);
  const [doing, setDoing] = useState<Doing | null>(null);
  const actions = useActions(agreement);
  const titles: Record<Doing, string> = { edit: t.edit, submit: t.submit, approve: t.approve, return: t.giveBack, recall: t.recall, withdraw: t.withdraw, sign: t.sign, file: t.file, terminate: t.terminate };
  const done = () => {
    toast(t.done);
    void queries.invalidateQueries({ queryKey: ['agreements'] });
    void queries.invalidateQueries({ queryKey: ['reviews'] });
    void queries.invalidateQueries({ queryKey: ['partners'] });
  };
  const params = { path: { agreement: idOf(agreement.name) } };
  const etag = agreement.etag ?? '';

  const act = async (what: Doing, said: Said, requestId: string) => {
    const comment = said.comment ?? '';
    switch (what) {
      case 'submit':
        return ask(api.POST('/v1/agreements/{agreement}:submit', { params, body: { comment, etag, requestId } }));
      case 'approve':
        return ask(api.POST('/v1/agreements/{agreement}:review', { params, body: { decision: 'REVIEW_DECISION_APPROVE', comment, etag, requestId } }));
      case 'return':
        return ask(api.POST('/v1/agreements/{agreement}:review', { params, body: { decision: 'REVIEW_DECISION_RETURN', comment, etag, requestId } }));
      case 'recall':
        return ask(api.POST('/v1/agreements/{agreement}:recall', { params, body: { comment, etag, requestId } }));
      case 'withdraw':
        return ask(api.POST('/v1/agreements/{agreement}:withdraw', { params, body: { reason: said.reason ?? '', etag, requestId } }));
      case 'sign':
        return ask(api.POST('/v1/agreements/{agreement}:sign', { params, body: { signedDate: said.signedDate ?? '', etag, requestId } }));
      case 'file':
        return ask(api.POST('/v1/agreements/{agreement}:file', { params, body: { archiveNumber: said.archiveNumber ?? '', archiveBox: said.archiveBox ?? '', etag, requestId } }));
      default:
        return ask(api.POST('/v1/agreements/{agreement}:terminate', { params, body: { reason: said.reason ?? '', evidence: said.evidence ?? '', etag, requestId } }));
    }
  };

  return (
    <>
      {actions.map(action => (
        <Button key={action} type={['submit', 'approve', 'sign', 'file'].includes(action) ? 'primary' : 'default'} danger={action === 'terminate' || action === 'withdraw'} onClick={() => setDoing(action)}>
          {titles[action]}
        </Button>
      ))}
      <EditAgreement agreement={agreement} open={doing === 'edit'} onClose={() => setDoing(null)} onDone={done} />
      <FormDialog<Said>
        title={doing === null ? '' : titles[doing]}
        saveLabel={doing === null ? '' : titles[doing]}
        danger={doing === 'terminate' || doing === 'withdraw'}
        open={doing !== null && doing !== 'edit'}
        onClose={() => setDoing(null)}
        draft={`${agreement.name}.${doing}`}
        initial={{ signedDate: today() }}
        submit={async (said, requestId) => {
          await act(doing!, said, requestId);
          done();
        }}
      >
        <SaidFields doing={doing} />
      </FormDialog>
    </>
  );
}

function SaidFields({ doing }: { doing: Doing | null }) {
  const t = useTexts(agreementTexts);
  const required = [{ required: true, message: t.required }];
  switch (doing) {
    case 'sign':
      return (
        <Form.Item name="signedDate" label={t.signedDate} rules={required}>
          <DayPicker disabled={date => date > today()} />
        </Form.Item>
      );
    case 'file':
      return (
        <>
          <Form.Item name="archiveNumber" label={t.archiveNumber} rules={required}>
            <Input maxLength={50} />
          </Form.Item>
          <Form.Item name="archiveBox" label={t.archiveBox}>
            <Input maxLength={50} />
          </Form.Item>
        </>
      );
    case 'terminate':
      return (
        <>
          <Form.Item name="reason" label={t.reason} rules={required}>
            <Input.TextArea rows={3} maxLength={500} />
          </Form.Item>
          <Form.Item name="evidence" label={t.evidence} rules={required}>
            <Input.TextArea rows={3} maxLength={500} />
          </Form.Item>
        </>
      );
    case 'withdraw':
      return (
        <Form.Item name="reason" label={t.reason} rules={required}>
          <Input.TextArea rows={3} maxLength={500} />
        </Form.Item>
      );
    default:
      return (
        <Form.Item name="comment" label={t.comment} rules={doing === 'return' ? required : []}>
          <Input.TextArea rows={4} maxLength={500} />
        </Form.Item>
      );
  }
}
