import { Button, Checkbox, Form, Input, Rate } from 'antd';
import { useState } from 'react';
import { useParams } from 'react-router';
import { api, ask, type Schemas } from '../../api/client';
import { queries, useLoad } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { DayPicker } from '../../kit/date';
import { FormDialog } from '../../kit/form';
import { count, idOf, minute, today } from '../../kit/formats';
import { PartnerLink, StaffPicker } from '../../kit/names';
import { Facts, Page, Panel, Tag } from '../../kit/page';
import { Shown } from '../../kit/states';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { StateTag, useWord, type Enum } from '../../kit/words';
import { ticketChannel, ticketEntryType, ticketKind, ticketMove, ticketSeverity, ticketState, ticketStep } from '../../words/tickets';
import { Countdown } from './Countdown';
import { ticketTexts } from './texts';

type Ticket = Schemas['serviceticket.Ticket'];
type Move = Enum<'serviceticket.TicketMove'>;

/** One ticket: what it is about, its clocks, through whose hands it went, what was said. */
export default function TicketPage() {
  const { ticket: id = '' } = useParams();
  const t = useTexts(ticketTexts);
  const say = useWord();
  const load = useLoad(['tickets', 'one', id], signal => ask(api.GET('/v1/tickets/{ticket}', { params: { path: { ticket: id } }, signal })), { refetchInterval: 30_000 });
  return (
    <Shown of={load}>
      {ticket => (
        <Page
          title={ticket.subject}
          up={{ to: '/tickets', title: t.tickets }}
          about={
            <>
              <StateTag of={ticketState} value={ticket.state} /> {ticket.severity === 'TICKET_SEVERITY_MAJOR' && <StateTag of={ticketSeverity} value={ticket.severity} />}{' '}
              {[ticket.number, say(ticketKind, ticket.kind), say(ticketStep, ticket.step)].join(' · ')}
            </>
          }
          actions={<Actions ticket={ticket} />}
        >
          <div className="packed">
            <Panel title={t.facts}>
              <Facts
                rows={[
                  [t.partner, <PartnerLink key="partner" name={ticket.partner} />],
                  [t.reporter, ticket.reporter],
                  [t.phone, ticket.reporterPhone],
                  [t.channel, say(ticketChannel, ticket.channel)],
                  [t.handler, ticket.handlerDisplayName || t.nobody],
                  [t.opened, minute(ticket.openTime)],
                  [t.serials, ticket.serialNumbers?.join('、')],
                  [t.content, ticket.content, 'wide'],
                  [t.result, ticket.result, 'wide'],
                ]}
              />
            </Panel>
            <Clocks ticket={ticket} />
            {ticket.followUp && <FollowedUp of={ticket.followUp} />}
            <Flow ticket={ticket} />
            <Entries ticket={ticket} />
          </div>
        </Page>
      )}
    </Shown>
  );
}

function Clocks({ ticket }: { ticket: Ticket }) {
  const t = useTexts(ticketTexts);
  const clock = (due: string | undefined, done: string | undefined) =>
    done ? t.doneAt(minute(done)) : due ? <><Countdown due={due} paused={ticket.state === 'TICKET_STATE_WAITING'} /> <span className="muted">{t.due(minute(due))}</span></> : t.none;
  return (
    <Panel title={t.clock}>
      <Facts
        rows={[
          [t.response, clock(ticket.firstResponseDue, ticket.firstResponseTime)],
          [t.resolution, clock(ticket.resolutionDue, ticket.resolveTime)],
          [t.escalation, ticket.escalationLevel ? <Tag tone="bad">{ticket.escalationLevel}</Tag> : '–'],
        ]}
      />
    </Panel>
  );
}

/** 回访: how the client fares with the result. */
function FollowedUp({ of }: { of: Schemas['serviceticket.FollowUp'] }) {
  const t = useTexts(ticketTexts);
  return (
    <Panel title={t.followUp}>
      <Facts
        rows={[
          [t.satisfaction, t.stars(of.satisfaction ?? 0)],
          [t.followedUpBy, [of.actorDisplayName, minute(of.time)].filter(Boolean).join(' · ')],
          [t.usage, of.usage, 'wide'],
          [t.otherNeeds, of.otherNeeds, 'wide'],
        ]}
      />
    </Panel>
  );
}

/** 流转: who had it how long. */
function Flow({ ticket }: { ticket: Ticket }) {
  const t = useTexts(ticketTexts);
  const say = useWord();
  const id = idOf(ticket.name);
  const load = useLoad(['tickets', 'hand-offs', id], signal => ask(api.GET('/v1/tickets/{ticket}/handOffs', { params: { path: { ticket: id }, query: { pageSize: 200 } }, signal })));
  return (
    <Panel title={t.flow}>
      <Shown of={load} lines={3}>
        {({ handOffs }) => (
          <ul className="line-of-time">
            {(handOffs ?? []).map((one, index) => (
              <li key={index}>
                <b>{say(ticketStep, one.fromStep)}</b> <span className="muted">→ {say(ticketMove, one.move)}</span>
                <div className="muted">
                  {[one.actorDisplayName, minute(one.endTime), t.flowMinutes(count(one.minutes)), one.reference].filter(Boolean).join(' · ')}
                </div>
                <div>{one.note}</div>
              </li>
            ))}
            <li>
              <b>{say(ticketStep, ticket.step)}</b> <Tag tone="info">{t.now}</Tag>
              <div className="muted">{minute(ticket.stepSince)}</div>
            </li>
          </ul>
        )}
      </Shown>
    </Panel>
  );
}

function Entries({ ticket }: { ticket: Ticket }) {
  const t = useTexts(ticketTexts);
  const say = useWord();
  const { user, can } = useCaller();
  const id = idOf(ticket.name);
  const load = useLoad(['tickets', 'entries', id], signal => ask(api.GET('/v1/tickets/{ticket}/entries', { params: { path: { ticket: id }, query: { pageSize: 500 } }, signal })), { refetchInterval: 30_000 });
  const [writing, setWriting] = useState(false);
  return (
    <Panel
      title={t.entries}
      more={
        can('serviceticket.tickets.comment') && (
          <Button size="small" onClick={() => setWriting(true)}>
            {t.comment}
          </Button>
        )
      }
    >
      <Shown of={load} lines={3}>
        {({ entries }) => (
          <ul className="line-of-time">
            {[...(entries ?? [])].reverse().map(entry => (
              <li key={entry.name}>
                <time dateTime={entry.time}>{minute(entry.time)}</time>
                <b>{say(ticketEntryType, entry.type)}</b> <span className="muted">{entry.actorDisplayName}</span> {entry.internal && <Tag tone="warn">{t.internal}</Tag>}
                <div style={{ whiteSpace: 'pre-wrap' }}>{entry.text}</div>
              </li>
            ))}
          </ul>
        )}
      </Shown>
      <FormDialog<{ text: string; internal?: boolean }>
        title={t.comment}
        saveLabel={t.send}
        open={writing}
        onClose={() => setWriting(false)}
        draft={`${ticket.name}.comment`}
        submit={async (values, requestId) => {
          await ask(api.POST('/v1/tickets/{ticket}:comment', { params: { path: { ticket: id } }, body: { ...values, requestId } }));
          void queries.invalidateQueries({ queryKey: ['tickets'] });
        }}
      >
        <Form.Item name="text" label={t.comment} rules={[{ required: true, message: t.required }]}>
          <Input.TextArea rows={4} maxLength={2000} />
        </Form.Item>
        {!user.partner && (
          <Form.Item name="internal" valuePropName="checked">
            <Checkbox>{t.internalOnly}</Checkbox>
          </Form.Item>
        )}
      </FormDialog>
    </Panel>
  );
}

type Handling = 'respond' | 'assign' | 'pause' | 'resume' | 'resolve' | 'close' | 'planFollowUp' | 'followUp';

interface Said {
  text?: string;
  note?: string;
  reference?: string;
  department?: string;
  handler?: string;
  reason?: string;
  result?: string;
  usage?: string;
  satisfaction?: number;
  otherNeeds?: string;
  dueDate?: string;
  owner?: string;
}

/** After-sales and general managers may make any move; others those of their roles. */
const ANY_MOVE = ['after-sales-manager', 'centre-general-manager', 'hq-general-manager', 'administrator'];
const TELLS: readonly Move[] = ['TICKET_MOVE_INFORM', 'TICKET_MOVE_ANSWER', 'TICKET_MOVE_SOOTHE', 'TICKET_MOVE_REFUSE'];
const NOTES: readonly Move[] = ['TICKET_MOVE_REWARD', 'TICKET_MOVE_SEND_BACK', 'TICKET_MOVE_DISSATISFIED'];
const REFERS: readonly Move[] = ['TICKET_MOVE_ENTER_ERP', 'TICKET_MOVE_SHIP_TO_FACTORY', 'TICKET_MOVE_RESHIP'];

function Actions({ ticket }: { ticket: Ticket }) {
  const t = useTexts(ticketTexts);
  const say = useWord();
  const { user, can, has } = useCaller();
  const [doing, setDoing] = useState<Handling | Move | null>(null);
  const flow = useLoad(['flow-moves', ticket.kind], signal => ask(api.GET('/v1/flowMoves', { params: { query: { kind: ticket.kind } }, signal })));
  const isOver = ticket.state === 'TICKET_STATE_RESOLVED' || ticket.state === 'TICKET_STATE_CLOSED';
  const moves = !can('serviceticket.tickets.advance') || isOver ? [] : (flow.data?.moves ?? []).filter(one => one.step === ticket.step && (has(...ANY_MOVE) || has(...(one.roles ?? []))));
  const handles = can('serviceticket.tickets.handle');
  const offers: readonly (readonly [Handling, boolean])[] = [
    ['assign', handles && !isOver],
    ['respond', handles && !ticket.firstResponseTime && !isOver],
    ['pause', handles && ticket.state === 'TICKET_STATE_IN_PROGRESS'],
    ['resume', handles && ticket.state === 'TICKET_STATE_WAITING'],
    ['resolve', handles && ticket.state === 'TICKET_STATE_IN_PROGRESS' && moves.length === 0],
    ['close', handles && ticket.state === 'TICKET_STATE_RESOLVED' && moves.length === 0],
    ['planFollowUp', can('serviceticket.tickets.rate') && !user.partner && isOver && !ticket.followUp],
    ['followUp', can('serviceticket.tickets.rate') && isOver && !ticket.followUp],
  ];
  const isMove = (what: string): what is Move => what.startsWith('TICKET_MOVE_');
  // What is a follow-up for us is the client's word when he gives it himself.
  const nameOf = (what: Handling) => (what === 'followUp' && user.partner ? t.rate : t[what]);
  const title = doing === null ? '' : isMove(doing) ? say(ticketMove, doing) : nameOf(doing);

  const act = async (said: Said, requestId: string) => {
    const params = { path: { ticket: idOf(ticket.name) } };
    const common = { etag: ticket.etag ?? '', requestId };
    if (isMove(doing!)) await ask(api.POST('/v1/tickets/{ticket}:advance', { params, body: { move: doing, text: said.text ?? '', note: said.note ?? '', reference: said.reference ?? '', department: said.department ?? '', ...common } }));
    else if (doing === 'assign') await ask(api.POST('/v1/tickets/{ticket}:assign', { params, body: { handler: said.handler ?? '', ...common } }));
    else if (doing === 'respond') await ask(api.POST('/v1/tickets/{ticket}:respond', { params, body: { text: said.text ?? '', ...common } }));
    else if (doing === 'pause') await ask(api.POST('/v1/tickets/{ticket}:pause', { params, body: { reason: said.reason ?? '', ...common } }));
    else if (doing === 'resume') await ask(api.POST('/v1/tickets/{ticket}:resume', { params, body: { reason: said.reason ?? '', ...common } }));
    else if (doing === 'resolve') await ask(api.POST('/v1/tickets/{ticket}:resolve', { params, body: { result: said.result ?? '', ...common } }));
    else if (doing === 'planFollowUp') await ask(api.POST('/v1/tickets/{ticket}:planFollowUp', { params, body: { dueDate: said.dueDate ?? '', owner: said.owner ?? '', ...common } }));
    else if (doing === 'followUp') await ask(api.POST('/v1/tickets/{ticket}:followUp', { params, body: { usage: said.usage ?? '', satisfaction: said.satisfaction ?? 0, otherNeeds: said.otherNeeds ?? '', ...common } }));
    else await ask(api.POST('/v1/tickets/{ticket}:close', { params, body: common }));
    toast(t.done);
    void queries.invalidateQueries({ queryKey: ['tickets'] });
    void queries.invalidateQueries({ queryKey: ['follow-ups'] });
  };

  return (
    <>
      {offers.filter(([, offered]) => offered).map(([what]) => (
        <Button key={what} onClick={() => setDoing(what)}>
          {nameOf(what)}
        </Button>
      ))}
      {moves.map(({ move = 'TICKET_MOVE_UNSPECIFIED' }, index) => (
        <Button key={move} type={index === 0 ? 'primary' : 'default'} onClick={() => setDoing(move)}>
          {say(ticketMove, move)}
        </Button>
      ))}
      <FormDialog<Said> title={title} saveLabel={title} open={doing !== null} onClose={() => setDoing(null)} draft={`${ticket.name}.${doing}`} submit={act}>
        {doing !== null && <SaidFields doing={doing} />}
      </FormDialog>
    </>
  );
}

function SaidFields({ doing }: { doing: Handling | Move }) {
  const t = useTexts(ticketTexts);
  const required = [{ required: true, message: t.required }];
  const area = (name: keyof Said, label: string, isRequired: boolean) => (
    <Form.Item name={name} label={label} rules={isRequired ? required : []}>
      <Input.TextArea rows={3} maxLength={2000} />
    </Form.Item>
  );
  switch (doing) {
    case 'assign':
      return (
        <Form.Item name="handler" label={t.handler} rules={required}>
          <StaffPicker roles={['after-sales', 'after-sales-manager', 'technical']} />
        </Form.Item>
      );
    case 'respond':
      return area('text', t.text, true);
    case 'pause':
    case 'resume':
      return area('reason', t.reason, true);
    case 'resolve':
      return area('result', t.result, true);
    case 'close':
      return null;
    case 'planFollowUp':
      return (
        <>
          <Form.Item name="dueDate" label={t.followUpBy} rules={required}>
            <DayPicker disabled={date => date < today()} />
          </Form.Item>
          <Form.Item name="owner" label={t.followUpOwner}>
            <StaffPicker roles={['after-sales', 'after-sales-manager', 'salesperson']} />
          </Form.Item>
        </>
      );
    case 'followUp':
      return (
        <>
          <Form.Item name="satisfaction" label={t.satisfaction} rules={required}>
            <Rate />
          </Form.Item>
          {area('usage', t.usage, false)}
          {area('otherNeeds', t.otherNeeds, false)}
        </>
      );
    default:
      return (
        <>
          {TELLS.includes(doing) && area('text', t.text, true)}
          {doing === 'TICKET_MOVE_SOOTHE' && (
            <Form.Item name="department" label={t.department} rules={required}>
              <Input maxLength={60} />
            </Form.Item>
          )}
          {REFERS.includes(doing) && (
            <Form.Item name="reference" label={t.reference} rules={required}>
              <Input maxLength={60} />
            </Form.Item>
          )}
          {area('note', t.note, NOTES.includes(doing))}
        </>
      );
  }
}
