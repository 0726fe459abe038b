import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { api, ask, type Schemas } from '../../api/client';
import { queries, useLoad } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { DayPicker } from '../../kit/date';
import { FormDialog } from '../../kit/form';
import { count, minute, money, number, today } from '../../kit/formats';
import { PartnerLink, useOrganisations, useStaff } from '../../kit/names';
import { Facts, Page, Panel, Tag } from '../../kit/page';
import { ReasonDialog } from '../../kit/reason';
import { Shown } from '../../kit/states';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { StateTag, useWord } from '../../kit/words';
import { dunningWay, instalmentState } from '../../words/money';
import { DunDialog } from './DunDialog';
import { moneyTexts } from './texts';

type Instalment = Schemas['contract.Instalment'];

/** One instalment: what is open of it, who was asked for it, and what may be done. */
export default function InstalmentPage() {
  const t = useTexts(moneyTexts);
  const { instalment: id = '' } = useParams();
  const load = useLoad(['instalments', 'one', id], signal => ask(api.GET('/v1/instalments/{instalment}', { params: { path: { instalment: id } }, signal })));
  return (
    <Shown of={load}>
      {one => (
        <Page
          title={`${one.partnerName ?? ''} · ${t.nth(count(one.number))}`}
          up={{ to: '/instalments', title: t.instalments }}
          about={
            <>
              <StateTag of={instalmentState} value={one.state} /> {one.overdue && <Tag tone="bad">{t.overdueBy(count(one.daysOverdue))}</Tag>} {one.agreementTerminated && <Tag tone="bad">{t.atRisk}</Tag>}
            </>
          }
          actions={<Actions instalment={one} />}
        >
          <Content instalment={one} />
          <Steps instalment={one.name!} />
        </Page>
      )}
    </Shown>
  );
}

function Content({ instalment: one }: { instalment: Instalment }) {
  const t = useTexts(moneyTexts);
  const staff = useStaff();
  const organisations = useOrganisations();
  return (
    <Panel>
      <Facts
        rows={[
          [t.partner, <PartnerLink key="partner" name={one.partner} />],
          [t.agreement, <Link key="agreement" to={`/${one.agreement}`}>{one.agreementNumber || t.agreement}</Link>],
          [t.purpose, one.purpose],
          [t.due, one.dueDate],
          [t.amount, money(one.amountFen)],
          [t.paid, money(one.paidFen ?? 0)],
          [t.open, money(one.openFen ?? 0)],
          [t.requested, money(one.requestedFen ?? 0)],
          [t.invoiced, money(one.invoicedFen ?? 0)],
          [t.invoiceRequested, money(one.invoiceRequestedFen ?? 0)],
          [t.organisation, organisations.nameOf(one.organisation)],
          [t.salesperson, staff.nameOf(one.assignee)],
          ...(number(one.writtenOffFen) > 0 ? ([[t.writtenOff, money(one.writtenOffFen)], [t.writeOffReason, one.writeOffReason, 'wide']] as const) : []),
        ]}
      />
    </Panel>
  );
}

function Steps({ instalment }: { instalment: string }) {
  const t = useTexts(moneyTexts);
  const say = useWord();
  const { can } = useCaller();
  const mayRead = can('contract.dunning.read');
  const load = useLoad(['dunning-steps', instalment], signal => ask(api.GET('/v1/dunningSteps', { params: { query: { instalment, pageSize: 500 } }, signal })), { enabled: mayRead });
  if (!mayRead) return null;
  return (
    <Panel title={t.steps}>
      <Shown of={load} lines={2}>
        {({ dunningSteps = [] }) =>
          dunningSteps.length === 0 ? (
            <span className="muted">{t.noSteps}</span>
          ) : (
            <ul className="line-of-time">
              {[...dunningSteps].reverse().map(step => (
                <li key={step.name}>
                  <time dateTime={step.createTime}>{minute(step.createTime)}</time>
                  <b>{say(dunningWay, step.way)}</b> <span className="muted">{[step.actorName, money(step.openFen), step.promisedDate && `${t.promised} ${step.promisedDate}`].filter(Boolean).join(' · ')}</span>
                  <div>{step.note}</div>
                </li>
              ))}
            </ul>
          )
        }
      </Shown>
    </Panel>
  );
}

function Actions({ instalment: one }: { instalment: Instalment }) {
  const t = useTexts(moneyTexts);
  const { can } = useCaller();
  const [doing, setDoing] = useState<'postpone' | 'writeOff' | 'dun' | null>(null);
  const params = { path: { instalment: one.name!.split('/')[1]! } };
  const isOpen = number(one.openFen) > 0;
  const close = () => setDoing(null);
  const required = [{ required: true, message: t.required }];
  const done = () => {
    toast(t.done);
    void queries.invalidateQueries({ queryKey: ['instalments'] });
  };
  return (
    <>
      {isOpen && can('contract.instalments.write-off') && <Button danger onClick={() => setDoing('writeOff')}>{t.writeOff}</Button>}
      {isOpen && can('contract.instalments.update') && <Button onClick={() => setDoing('postpone')}>{t.postpone}</Button>}
      {one.overdue && can('contract.dunning.create') && <Button type="primary" onClick={() => setDoing('dun')}>{t.dun}</Button>}
      <FormDialog<{ dueDate: string; reason: string }>
        title={t.postpone}
        open={doing === 'postpone'}
        onClose={close}
        submit={async (values, requestId) => {
          await ask(api.POST('/v1/instalments/{instalment}:postpone', { params, body: { ...values, etag: one.etag ?? '', requestId } }));
          done();
        }}
      >
        <Form.Item name="dueDate" label={t.newDue} rules={required}>
          <DayPicker disabled={date => date < today()} />
        </Form.Item>
        <Form.Item name="reason" label={t.reason} rules={required}>
          <Input.TextArea rows={3} maxLength={500} />
        </Form.Item>
      </FormDialog>
      <ReasonDialog
        title={t.writeOff}
        saveLabel={t.writeOff}
        danger
        open={doing === 'writeOff'}
        onClose={close}
        about={`${t.open} ${money(one.openFen)}`}
        submit={async (reason, requestId) => {
          await ask(api.POST('/v1/instalments/{instalment}:writeOff', { params, body: { reason, etag: one.etag ?? '', requestId } }));
          done();
        }}
      />
      <DunDialog instalment={doing === 'dun' ? one : null} onClose={close} />
    </>
  );
}
