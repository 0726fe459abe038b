import './board.css';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { Link } from 'react-router';
import { api, ask, type Schemas } from '../../api/client';
import type { CallFailed } from '../../api/problem';
import { idOf } from '../../kit/formats';
import { Tag } from '../../kit/page';
import { Failure, Loading } from '../../kit/states';
import { useTexts } from '../../kit/texts';
import { StateTag, useWord, type Enum } from '../../kit/words';
import { ticketKind, ticketSeverity, ticketState, ticketStep } from '../../words/tickets';
import { Countdown, nextDue } from './Countdown';
import { ticketTexts } from './texts';

type Ticket = Schemas['serviceticket.Ticket'];
type State = Enum<'serviceticket.TicketState'>;

/** From the left to the right as a ticket goes; what is closed is in the list. */
const LANES: readonly State[] = ['TICKET_STATE_OPEN', 'TICKET_STATE_IN_PROGRESS', 'TICKET_STATE_WAITING', 'TICKET_STATE_RESOLVED'];
const PAGE = 50;
const ASK_AGAIN_MS = 30_000;

interface Only {
  kind: Ticket['kind'] | '';
  handler: string;
  breached: boolean;
}

/** Tickets by where they stand, in each lane the next due first; the clocks run. */
export function Board(only: Only) {
  return (
    <div className="board">
      {LANES.map(state => (
        <Lane key={state} state={state} only={only} />
      ))}
    </div>
  );
}

function Lane({ state, only }: { state: State; only: Only }) {
  const t = useTexts(ticketTexts);
  const say = useWord();
  const load = useInfiniteQuery<Schemas['serviceticket.ListTicketsResponse'], CallFailed, { pages: Schemas['serviceticket.ListTicketsResponse'][] }, readonly unknown[], string>({
    queryKey: ['tickets', 'lane', state, only],
    queryFn: ({ pageParam, signal }) =>
      ask(api.GET('/v1/tickets', { params: { query: { state, kind: only.kind || undefined, handler: only.handler || undefined, breached: only.breached || undefined, pageSize: PAGE, pageToken: pageParam } }, signal })),
    initialPageParam: '',
    getNextPageParam: last => last.nextPageToken || undefined,
    refetchInterval: ASK_AGAIN_MS,
  });
  const tickets = load.data?.pages.flatMap(page => page.tickets ?? []) ?? [];
  return (
    <section className="panel lane" aria-label={say(ticketState, state)}>
      <div className="panel-head">
        <h2>
          <StateTag of={ticketState} value={state} />
        </h2>
        <span className="more num">{load.data ? `${tickets.length}${load.hasNextPage ? '+' : ''}` : ''}</span>
      </div>
      {load.data === undefined ? (
        load.isError ? (
          <Failure error={load.error} retry={() => void load.refetch()} />
        ) : (
          <Loading lines={3} />
        )
      ) : (
        <ul>
          {tickets.length === 0 && <li className="muted">{t.noTickets}</li>}
          {tickets.map(ticket => (
            <Card key={ticket.name} ticket={ticket} />
          ))}
          {load.hasNextPage && (
            <li>
              <Button block size="small" loading={load.isFetchingNextPage} onClick={() => void load.fetchNextPage()}>
                {t.more}
              </Button>
            </li>
          )}
        </ul>
      )}
    </section>
  );
}

function Card({ ticket }: { ticket: Ticket }) {
  const t = useTexts(ticketTexts);
  const say = useWord();
  return (
    <li className="ticket">
      <Link to={`/tickets/${idOf(ticket.name)}`}>{ticket.subject}</Link>
      <div>
        {ticket.severity === 'TICKET_SEVERITY_MAJOR' && <Tag tone="bad">{say(ticketSeverity, ticket.severity)}</Tag>} {[say(ticketKind, ticket.kind), say(ticketStep, ticket.step)].join(' · ')}
      </div>
      <div className="muted">{[ticket.partnerDisplayName, ticket.handlerDisplayName || t.nobody].filter(Boolean).join(' · ')}</div>
      {nextDue(ticket) && <Countdown due={nextDue(ticket)} paused={ticket.state === 'TICKET_STATE_WAITING'} />}
    </li>
  );
}
