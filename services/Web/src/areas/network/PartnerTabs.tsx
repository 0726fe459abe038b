import { Button, Checkbox, Form, Input, InputNumber, Select } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { api, ask, type Schemas } from '../../api/client';
import { queries, useLoad } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { DayPicker } from '../../kit/date';
import { FormDialog } from '../../kit/form';
import { count, day, idOf, minute, money, number, today } from '../../kit/formats';
import { PartnerLink, useOrganisations, useStaff } from '../../kit/names';
import { Facts, Panel, Tag } from '../../kit/page';
import { useSettings } from '../../kit/settings';
import { Shown, State } from '../../kit/states';
import { Rows, type Column } from '../../kit/table';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { StateTag, useChoices, useWord } from '../../kit/words';
import { agreementKind, agreementState } from '../../words/contract';
import { auditAction, creditGrade, partnerStage, recordKind, stageOf, visitKind, visitState } from '../../words/dealer';
import { ticketKind, ticketState } from '../../words/tickets';
import { trainingState, trainingWay } from '../../words/training';
import { networkTexts } from './texts';

type Partner = Schemas['dealer.Partner'];

/** 客户档案: basics, contacts, records, credit, shipping. */
export function FileTab({ partner }: { partner: Partner }) {
  const t = useTexts(networkTexts);
  const staff = useStaff();
  const organisations = useOrganisations();
  const id = idOf(partner.name);
  const load = useLoad(['partners', 'file', id], signal => ask(api.GET('/v1/partners/{partner}/clientFile', { params: { path: { partner: id } }, signal })));
  return (
    <>
      <Panel title={t.basics}>
        <Facts
          rows={[
            [t.address, partner.address],
            [t.contact, partner.contact],
            [t.phone, partner.phone],
            [t.brands, partner.brands],
            [t.volume, partner.annualVolume && count(partner.annualVolume)],
            [t.organisation, organisations.nameOf(partner.organisation)],
            [t.assignee, staff.nameOf(partner.assignee) || t.nobody],
            [t.agent, partner.parent && <PartnerLink name={partner.parent} />],
            [t.updated, minute(partner.updateTime)],
            [t.advantage, partner.advantage, 'wide'],
          ]}
        />
      </Panel>
      <Shown of={load}>
        {file => (
          <div className="packed">
            <Contacts partner={partner.name!} contacts={file.contacts ?? []} />
            <Records partner={partner.name!} file={file} />
            <Credit partner={partner.name!} grading={file.credit} />
            <Panel title={t.shipping}>
              {file.shipping ? (
                <Facts
                  rows={[
                    [t.address, file.shipping.address],
                    [t.contact, file.shipping.receiver],
                    [t.phone, file.shipping.phone],
                  ]}
                />
              ) : (
                <span className="muted">{t.none}</span>
              )}
            </Panel>
          </div>
        )}
      </Shown>
    </>
  );
}

function useSaved() {
  const t = useTexts(networkTexts);
  return () => {
    toast(t.saved);
    void queries.invalidateQueries({ queryKey: ['partners'] });
  };
}

function Contacts({ partner, contacts }: { partner: string; contacts: readonly Schemas['dealer.Contact'][] }) {
  const t = useTexts(networkTexts);
  const { can } = useCaller();
  const saved = useSaved();
  const [adding, setAdding] = useState(false);
  return (
    <Panel title={t.contacts} more={can('dealer.contacts.create') && <Button size="small" onClick={() => setAdding(true)}>{t.addContact}</Button>} bare>
      {contacts.length === 0 ? (
        <p className="panel-body muted">{t.none}</p>
      ) : (
        <ul className="cards">
          {contacts.map(contact => (
            <li key={contact.name}>
              <div className="line">
                <span>
                  {contact.displayName} {contact.primary && <Tag tone="info">{t.primary}</Tag>}
                </span>
                <span className="num">{contact.phone}</span>
              </div>
              <div className="rest">
                {[contact.title, contact.birthday, contact.remark].filter(Boolean).map(text => (
                  <span key={text}>{text}</span>
                ))}
              </div>
            </li>
          ))}
        </ul>
      )}
      <FormDialog<Schemas['dealer.Contact']>
        title={t.addContact}
        open={adding}
        onClose={() => setAdding(false)}
        within="contact"
        draft={`contact.${partner}`}
        submit={async (contact, requestId) => {
          await ask(api.POST('/v1/contacts', { params: { query: { requestId } }, body: { ...contact, partner } }));
          saved();
        }}
      >
        <Form.Item name="displayName" label={t.name} rules={[{ required: true, message: t.required }]}>
          <Input maxLength={50} />
        </Form.Item>
        <Form.Item name="title" label={t.contactTitle}>
          <Input maxLength={50} />
        </Form.Item>
        <Form.Item name="phone" label={t.phone}>
          <Input inputMode="tel" maxLength={50} />
        </Form.Item>
        <Form.Item name="consent" valuePropName="checked">
          <Checkbox>{t.consent}</Checkbox>
        </Form.Item>
        <Form.Item name="remark" label={t.remark}>
          <Input.TextArea rows={2} maxLength={500} />
        </Form.Item>
      </FormDialog>
    </Panel>
  );
}

interface NewRecord {
  kind: Schemas['dealer.RecordKind'];
  occurDate: string;
  content: string;
  amount?: number;
}

function Records({ partner, file }: { partner: string; file: Schemas['dealer.ClientFile'] }) {
  const t = useTexts(networkTexts);
  const say = useWord();
  const choices = useChoices();
  const { can } = useCaller();
  const saved = useSaved();
  const [adding, setAdding] = useState(false);
  return (
    <Panel title={t.records} more={can('dealer.records.create') && <Button size="small" onClick={() => setAdding(true)}>{t.addRecord}</Button>} bare>
      <ul className="cards">
        {(file.records ?? []).map(({ kind, count: total, latest }) => (
          <li key={kind}>
            <div className="line">
              <span>{say(recordKind, kind)}</span>
              <span className="num">{count(total)}</span>
            </div>
            {latest && (
              <div className="rest">
                <span>{latest.occurDate}</span>
                <span>{latest.content}</span>
                {latest.amountFen && <span>{money(latest.amountFen)}</span>}
              </div>
            )}
          </li>
        ))}
      </ul>
      <FormDialog<NewRecord>
        title={t.addRecord}
        open={adding}
        onClose={() => setAdding(false)}
        within="record"
        draft={`record.${partner}`}
        initial={{ kind: 'RECORD_KIND_COMMUNICATION', occurDate: today() }}
        submit={async ({ kind, occurDate, content, amount }, requestId) => {
          await ask(
            api.POST('/v1/clientRecords', {
              params: { query: { requestId } },
              body: { partner, kind, occurDate, content, ...(amount === undefined ? {} : { amountFen: String(Math.round(amount * 100)) }) },
            }),
          );
          saved();
        }}
      >
        <Form.Item name="kind" label={t.recordKind} rules={[{ required: true, message: t.required }]}>
          <Select options={choices(recordKind)} />
        </Form.Item>
        <Form.Item name="occurDate" label={t.occurDate} rules={[{ required: true, message: t.required }]}>
          <DayPicker disabled={date => date > today()} />
        </Form.Item>
        <Form.Item name="content" label={t.content} rules={[{ required: true, message: t.required }]}>
          <Input.TextArea rows={4} maxLength={2000} />
        </Form.Item>
        <Form.Item noStyle shouldUpdate>
          {form =>
            form.getFieldValue('kind') === 'RECORD_KIND_PURCHASE' && (
              <Form.Item name="amount" label="¥">
                <InputNumber min={0} precision={2} style={{ width: 180 }} />
              </Form.Item>
            )
          }
        </Form.Item>
      </FormDialog>
    </Panel>
  );
}

function Credit({ partner, grading }: { partner: string; grading: Schemas['dealer.CreditGrading'] | undefined }) {
  const t = useTexts(networkTexts);
  const choices = useChoices();
  const { can } = useCaller();
  const saved = useSaved();
  const [open, setOpen] = useState(false);
  return (
    <Panel title={t.credit} more={can('dealer.credit.grade') && <Button size="small" onClick={() => setOpen(true)}>{t.grade}</Button>}>
      {grading?.grade && !grading.grade.endsWith('UNSPECIFIED') ? (
        <p>
          <StateTag of={creditGrade} value={grading.grade} /> {grading.reason}{' '}
          <span className="muted">
            {grading.author} {day(grading.createTime)}
          </span>
        </p>
      ) : (
        <span className="muted">{t.none}</span>
      )}
      <FormDialog<{ grade: Schemas['dealer.CreditGrade']; reason: string }>
        title={t.grade}
        open={open}
        onClose={() => setOpen(false)}
        submit={async (values, requestId) => {
          await ask(api.POST('/v1/partners/{partner}:grade', { params: { path: { partner: idOf(partner) } }, body: { ...values, requestId } }));
          saved();
        }}
      >
        <Form.Item name="grade" label={t.credit} rules={[{ required: true, message: t.required }]}>
          <Select options={choices(creditGrade)} />
        </Form.Item>
        <Form.Item name="reason" label={t.reason} rules={[{ required: true, message: t.required }]}>
          <Input.TextArea rows={3} maxLength={500} />
        </Form.Item>
      </FormDialog>
    </Panel>
  );
}

/** 操作记录: who did what, newest first. */
export function TimelineTab({ partner }: { partner: string }) {
  const t = useTexts(networkTexts);
  const { lang } = useSettings();
  const say = useWord();
  const load = useLoad(['partners', 'timeline', partner], signal => ask(api.GET('/v1/partners/{partner}/timeline', { params: { path: { partner: idOf(partner) }, query: { pageSize: 200 } }, signal })));

  const told = (entry: Schemas['common.AuditEntry']) => {
    const detail = parsed(entry.detailJson);
    const parts = [
      typeof detail.to === 'string' ? `${say(partnerStage, stageOf(String(detail.from ?? '')))} → ${say(partnerStage, stageOf(detail.to))}` : '',
      typeof detail.reason === 'string' ? detail.reason : '',
      typeof detail.number === 'string' ? detail.number : '',
    ];
    return parts.filter(Boolean).join(' · ');
  };

  return (
    <Panel title={t.timeline}>
      <Shown of={load}>
        {({ entries }) =>
          entries?.length ? (
            <ul className="line-of-time">
              {entries.map(entry => (
                <li key={entry.id}>
                  <time dateTime={entry.time}>{minute(entry.time)}</time>
                  <b>{auditAction[entry.action ?? '']?.[lang === 'en' ? 1 : 0] ?? entry.action}</b> <span className="muted">{entry.actorName}</span>
                  <div>{told(entry)}</div>
                </li>
              ))}
            </ul>
          ) : (
            <State title={t.none} />
          )
        }
      </Shown>
    </Panel>
  );
}

function parsed(json: string | undefined): Record<string, unknown> {
  try {
    return JSON.parse(json ?? '{}') as Record<string, unknown>;
  } catch {
    return {};
  }
}

export function VisitsTab({ partner }: { partner: string }) {
  const t = useTexts(networkTexts);
  const say = useWord();
  const columns: Column<Schemas['dealer.Visit']>[] = [
    { key: 'date', title: t.date, width: 116, phone: 'title', sort: row => row.plannedDate, render: row => <Link to={`/visits/${idOf(row.name)}`}>{row.plannedDate}</Link> },
    { key: 'state', title: t.state, width: 90, phone: 'end', render: row => <StateTag of={visitState} value={row.state} /> },
    { key: 'kind', title: t.kind, width: 110, render: row => say(visitKind, row.kind) },
    { key: 'staff', title: t.visitor, width: 90, render: row => row.staffName },
    { key: 'purpose', title: t.purpose, render: row => row.purpose },
    { key: 'content', title: t.content, render: row => row.report?.content },
  ];
  return (
    <Rows
      label={t.visits}
      queryKey={['visits', { partner }]}
      columns={columns}
      rowKey={row => row.name!}
      load={async (page, signal) => {
        const answer = await ask(api.GET('/v1/visits', { params: { query: { ...page, partner } }, signal }));
        return { rows: answer.visits ?? [], nextPageToken: answer.nextPageToken };
      }}
    />
  );
}

export function AgreementsTab({ partner }: { partner: string }) {
  const t = useTexts(networkTexts);
  const say = useWord();
  const columns: Column<Schemas['contract.Agreement']>[] = [
    { key: 'number', title: t.number, width: 190, phone: 'title', render: row => <Link to={`/agreements/${idOf(row.name)}`}>{row.number || t.agreements}</Link> },
    { key: 'state', title: t.state, width: 96, phone: 'end', render: row => <StateTag of={agreementState} value={row.state} /> },
    { key: 'kind', title: t.kind, width: 130, render: row => say(agreementKind, row.kind) },
    { key: 'subject', title: t.subject, render: row => row.subject },
    { key: 'from', title: t.from, width: 108, render: row => row.effectiveFrom },
    { key: 'to', title: t.to, width: 108, render: row => row.effectiveTo },
  ];
  return (
    <Rows
      label={t.agreements}
      queryKey={['agreements', { partner }]}
      columns={columns}
      rowKey={row => row.name!}
      load={async (page, signal) => {
        const answer = await ask(api.GET('/v1/agreements', { params: { query: { ...page, partner } }, signal }));
        return { rows: answer.agreements ?? [], nextPageToken: answer.nextPageToken };
      }}
    />
  );
}

export function TrainingsTab({ partner }: { partner: string }) {
  const t = useTexts(networkTexts);
  const say = useWord();
  const columns: Column<Schemas['training.TrainingRequest']>[] = [
    { key: 'date', title: t.date, width: 140, phone: 'title', sort: row => row.startTime ?? row.wishTime, render: row => <Link to={`/trainings/${idOf(row.name)}`}>{minute(row.startTime ?? row.wishTime)}</Link> },
    { key: 'state', title: t.state, width: 90, phone: 'end', render: row => <StateTag of={trainingState} value={row.state} /> },
    { key: 'way', title: t.kind, width: 90, render: row => say(trainingWay, row.way) },
    { key: 'people', title: t.people, width: 70, align: 'right', render: row => row.expectedTrainees },
    { key: 'place', title: t.address, render: row => row.place },
    { key: 'requester', title: t.requester, width: 100, render: row => row.requester },
  ];
  return (
    <Rows
      label={t.trainings}
      queryKey={['trainings', { partner }]}
      columns={columns}
      rowKey={row => row.name!}
      load={async (page, signal) => {
        const answer = await ask(api.GET('/v1/trainingRequests', { params: { query: { ...page, partner } }, signal }));
        return { rows: answer.trainingRequests ?? [], nextPageToken: answer.nextPageToken };
      }}
    />
  );
}

export function TicketsTab({ partner }: { partner: string }) {
  const t = useTexts(networkTexts);
  const say = useWord();
  const columns: Column<Schemas['serviceticket.Ticket']>[] = [
    { key: 'number', title: t.number, width: 160, render: row => <Link to={`/tickets/${idOf(row.name)}`}>{row.number}</Link> },
    { key: 'subject', title: t.subject, phone: 'title', render: row => row.subject },
    { key: 'state', title: t.state, width: 96, phone: 'end', render: row => <StateTag of={ticketState} value={row.state} /> },
    { key: 'kind', title: t.kind, width: 120, render: row => say(ticketKind, row.kind) },
    { key: 'open', title: t.date, width: 140, render: row => minute(row.openTime) },
  ];
  return (
    <Rows
      label={t.tickets}
      queryKey={['tickets', { partner }]}
      columns={columns}
      rowKey={row => row.name!}
      load={async (page, signal) => {
        const answer = await ask(api.GET('/v1/tickets', { params: { query: { ...page, partner } }, signal }));
        return { rows: answer.tickets ?? [], nextPageToken: answer.nextPageToken };
      }}
    />
  );
}

export function SalesTab({ partner }: { partner: string }) {
  const t = useTexts(networkTexts);
  const columns: Column<Schemas['reporting.DailySales']>[] = [
    { key: 'day', title: t.date, width: 116, phone: 'title', sort: row => row.day ?? '', render: row => row.day },
    { key: 'product', title: t.product, sort: row => row.productCode ?? '', render: row => row.productCode },
    { key: 'quantity', title: t.quantity, width: 100, align: 'right', phone: 'end', sort: row => number(row.quantity), render: row => count(row.quantity) },
    { key: 'reporter', title: t.reporter, width: 110, render: row => row.reporter },
    { key: 'corrected', title: t.state, width: 90, render: row => row.corrected && <Tag tone="warn">{t.corrected}</Tag> },
  ];
  return (
    <Rows
      label={t.sales}
      queryKey={['daily-sales', { partner }]}
      columns={columns}
      rowKey={row => row.name!}
      load={async (page, signal) => {
        const answer = await ask(api.GET('/v1/dailySales', { params: { query: { ...page, partner } }, signal }));
        return { rows: answer.dailySales ?? [], nextPageToken: answer.nextPageToken };
      }}
    />
  );
}
