import { Button, Checkbox, Form, Input, Segmented, Select } from 'antd';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { api, ask, type Schemas } from '../../api/client';
import { queries } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { FormDialog } from '../../kit/form';
import { idOf, minute } from '../../kit/formats';
import { PartnerPicker, StaffPicker } from '../../kit/names';
import { Page, Tag } from '../../kit/page';
import { Rows, type Column } from '../../kit/table';
import { useTexts } from '../../kit/texts';
import { useFilters } from '../../kit/url';
import { StateTag, useChoices, useWord } from '../../kit/words';
import { ticketChannel, ticketKind, ticketSeverity, ticketState, ticketStep } from '../../words/tickets';
import { Board } from './Board';
import { Countdown, nextDue } from './Countdown';
import { ticketTexts } from './texts';

type Ticket = Schemas['serviceticket.Ticket'];

/** Tickets with their deadlines running. */
export default function TicketsPage() {
  const t = useTexts(ticketTexts);
  const say = useWord();
  const choices = useChoices();
  const { can } = useCaller();
  const [filters, change] = useFilters('view', 'state', 'kind', 'handler', 'breached', 'number');
  const onBoard = filters.view === 'board';
  const columns: Column<Ticket>[] = [
    { key: 'subject', title: t.subject, phone: 'title', render: row => <Link to={`/tickets/${idOf(row.name)}`}>{row.subject}</Link> },
    { key: 'number', title: t.number, width: 158, sort: row => row.number ?? '', render: row => <span className="num">{row.number}</span> },
    { key: 'state', title: t.state, width: 92, phone: 'end', sort: row => Object.keys(ticketState).indexOf(row.state ?? ''), render: row => <StateTag of={ticketState} value={row.state} /> },
    {
      key: 'due',
      title: t.deadline,
      width: 158,
      sort: row => (nextDue(row) ? Date.parse(nextDue(row)!) : Number.MAX_SAFE_INTEGER),
      render: row => <Countdown due={nextDue(row)} paused={row.state === 'TICKET_STATE_WAITING'} />,
    },
    { key: 'kind', title: t.kind, width: 116, render: row => <>{row.severity === 'TICKET_SEVERITY_MAJOR' && <Tag tone="bad">{say(ticketSeverity, row.severity)}</Tag>} {say(ticketKind, row.kind)}</> },
    { key: 'step', title: t.step, width: 110, phone: 'none', render: row => say(ticketStep, row.step) },
    { key: 'partner', title: t.partner, width: 210, render: row => row.partnerDisplayName },
    { key: 'handler', title: t.handler, width: 84, render: row => row.handlerDisplayName || <span className="muted">{t.nobody}</span> },
    { key: 'opened', title: t.opened, width: 138, phone: 'none', sort: row => row.openTime ?? '', render: row => <span className="num">{minute(row.openTime)}</span> },
  ];
  const shared = (
    <>
      <Segmented aria-label={t.view} value={onBoard ? 'board' : 'list'} options={[{ value: 'list', label: t.list }, { value: 'board', label: t.board }]} onChange={view => change({ view: view === 'board' ? 'board' : '' })} />
      <Select aria-label={t.kind} placeholder={t.kind} allowClear style={{ width: 140 }} options={choices(ticketKind)} value={filters.kind || null} onChange={kind => change({ kind: kind ?? '' })} />
      <StaffPicker label={t.handler} placeholder={t.handler} style={{ width: 130 }} value={filters.handler} onChange={handler => change({ handler })} />
      <Checkbox checked={filters.breached === '1'} onChange={event => change({ breached: event.target.checked ? '1' : '' })}>
        {t.onlyBreached}
      </Checkbox>
    </>
  );
  return (
    <Page title={t.tickets} fill={!onBoard} actions={can('serviceticket.tickets.create') && <CreateTicket />}>
      {onBoard ? (
        <>
          <div className="filters">{shared}</div>
          <Board kind={filters.kind as Ticket['kind']} handler={filters.handler} breached={filters.breached === '1'} />
        </>
      ) : (
        <Rows<Ticket>
          label={t.tickets}
          queryKey={['tickets', filters]}
          columns={columns}
          rowKey={row => row.name!}
          load={async (page, signal) => {
            const query = {
              ...page,
              state: (filters.state || undefined) as Ticket['state'],
              kind: (filters.kind || undefined) as Ticket['kind'] | undefined,
              handler: filters.handler || undefined,
              breached: filters.breached === '1' || undefined,
              number: filters.number || undefined,
            };
            const answer = await ask(api.GET('/v1/tickets', { params: { query }, signal }));
            return { rows: answer.tickets ?? [], nextPageToken: answer.nextPageToken };
          }}
          filters={
            <>
              {shared}
              <Select aria-label={t.state} placeholder={t.state} allowClear style={{ width: 120 }} options={choices(ticketState)} value={filters.state || null} onChange={state => change({ state: state ?? '' })} />
              <Input.Search aria-label={t.number} placeholder={t.number} allowClear style={{ width: 190 }} defaultValue={filters.number} onSearch={number => change({ number: number.trim() })} />
            </>
          }
        />
      )}
    </Page>
  );
}

/** 受理: what a client asks for, written down while he is on the phone. */
function CreateTicket() {
  const t = useTexts(ticketTexts);
  const choices = useChoices();
  const { user } = useCaller();
  const go = useNavigate();
  const [open, setOpen] = useState(false);
  const required = [{ required: true, message: t.required }];
  return (
    <>
      <Button type="primary" onClick={() => setOpen(true)}>
        {t.create}
      </Button>
      <FormDialog<Ticket>
        title={t.create}
        open={open}
        onClose={() => setOpen(false)}
        within="ticket"
        draft="ticket.new"
        initial={{ kind: 'TICKET_KIND_SERVICE_REQUEST', channel: user.partner ? 'TICKET_CHANNEL_WEB' : 'TICKET_CHANNEL_PHONE', severity: 'TICKET_SEVERITY_NORMAL', ...(user.partner ? { partner: user.partner } : {}) }}
        submit={async (ticket, requestId) => {
          const made = await ask(api.POST('/v1/tickets', { params: { query: { requestId } }, body: ticket }));
          void queries.invalidateQueries({ queryKey: ['tickets'] });
          void go(`/${made.name}`);
        }}
      >
        <Form.Item name="partner" label={t.partner}>
          <PartnerPicker />
        </Form.Item>
        <Form.Item name="reporter" label={t.reporter} rules={required}>
          <Input maxLength={50} />
        </Form.Item>
        <Form.Item name="reporterPhone" label={t.phone} rules={required}>
          <Input inputMode="tel" maxLength={50} />
        </Form.Item>
        <div style={{ display: 'grid', gridTemplateColumns: 'repeat(3, minmax(0, 1fr))', gap: 12 }}>
          <Form.Item name="kind" label={t.kind} rules={required}>
            <Select options={choices(ticketKind)} />
          </Form.Item>
          <Form.Item name="channel" label={t.channel} rules={required}>
            <Select options={choices(ticketChannel)} />
          </Form.Item>
          <Form.Item name="severity" label={t.severity}>
            <Select options={choices(ticketSeverity)} />
          </Form.Item>
        </div>
        <Form.Item name="subject" label={t.subject} rules={required}>
          <Input maxLength={100} />
        </Form.Item>
        <Form.Item name="content" label={t.content} rules={required}>
          <Input.TextArea rows={4} maxLength={4000} />
        </Form.Item>
        <Form.Item name="serialNumbers" label={t.serials} extra={t.serialsHint}>
          <Select mode="tags" open={false} suffixIcon={null} tokenSeparators={[',', '，', ' ', '\n']} />
        </Form.Item>
      </FormDialog>
    </>
  );
}
