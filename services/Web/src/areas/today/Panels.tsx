import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { api, ask, type Schemas } from '../../api/client';
import { useLoad } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { addDays, daysBetween, day, idOf, minute, today } from '../../kit/formats';
import { Panel, Tag } from '../../kit/page';
import { Shown } from '../../kit/states';
import { useTexts } from '../../kit/texts';
import { useWord } from '../../kit/words';
import { agreementKind } from '../../words/contract';
import { ticketKind } from '../../words/tickets';
import { visitKind, visitState } from '../../words/dealer';
import { todayTexts } from './texts';

const SHOWN = 8;

interface Todo {
  key: string;
  to: string;
  title: ReactNode;
  when?: string | undefined;
  tone?: 'bad' | 'warn' | undefined;
  about?: ReactNode;
}

/** A panel of things to do; the first few, and the way to all of them. */
function TodoPanel({ title, all, load }: { title: string; all?: string; load: { data: Todo[] | undefined; error: unknown; refetch: () => unknown } }) {
  const t = useTexts(todayTexts);
  const total = load.data?.length ?? 0;
  return (
    <Panel
      bare
      title={
        <>
          {title} {total > 0 && <Tag tone={load.data?.some(todo => todo.tone === 'bad') ? 'bad' : 'info'}>{total}</Tag>}
        </>
      }
      more={all && <Link to={all}>{t.all}</Link>}
    >
      <Shown of={load} lines={3}>
        {todos =>
          todos.length === 0 ? (
            <p className="state" style={{ padding: 18 }}>
              {t.nothing}
            </p>
          ) : (
            <ul className="todo">
              {todos.slice(0, SHOWN).map(todo => (
                <li key={todo.key}>
                  <Link to={todo.to}>
                    <b>{todo.title}</b>
                    {todo.when && <span className={`when ${todo.tone ?? ''}`}>{todo.when}</span>}
                    {todo.about && <small>{todo.about}</small>}
                  </Link>
                </li>
              ))}
            </ul>
          )
        }
      </Shown>
    </Panel>
  );
}

const OPEN: readonly string[] = ['OBLIGATION_STATE_SCHEDULED', 'OBLIGATION_STATE_DUE_SOON', 'OBLIGATION_STATE_MISSING', 'OBLIGATION_STATE_RETURNED'];

/** What the person owes, and the organisation whose report he writes; a month back and a week ahead. */
export function Obligations() {
  const t = useTexts(todayTexts);
  const { user } = useCaller();
  const now = today();
  const load = useLoad(['obligations', 'mine', now], async signal => {
    const dues = { dueFrom: addDays(now, -30), dueTo: addDays(now, 7), pageSize: 500 };
    const pages = await Promise.all([
      ask(api.GET('/v1/obligations', { params: { query: { ...dues, staff: user.staff! } }, signal })),
      user.organisation && !user.roles?.includes('salesperson')
        ? ask(api.GET('/v1/obligations', { params: { query: { ...dues, organisation: user.organisation } }, signal }))
        : { obligations: [] },
    ]);
    const found = [...(pages[0].obligations ?? []), ...(pages[1].obligations ?? []).filter(one => !one.staff)];
    return found
      .filter(one => OPEN.includes(one.state ?? ''))
      .sort((a, b) => (a.dueDate ?? '').localeCompare(b.dueDate ?? ''))
      .map(one => dueOf(one));
  });

  function dueOf(one: Schemas['reporting.Obligation']): Todo {
    const days = daysBetween(now, one.dueDate ?? now);
    const isMissing = one.state === 'OBLIGATION_STATE_MISSING' || days < 0;
    return {
      key: one.name!,
      to: `/obligations/${idOf(one.name)}`,
      title: one.displayName,
      when: isMissing ? t.overdue(-days) : days === 0 ? t.dueToday : t.dueIn(days),
      tone: isMissing ? 'bad' : days <= 1 ? 'warn' : undefined,
      about: [one.period, one.dueDate, one.staff ? '' : one.organisationName].filter(Boolean).join(' · '),
    };
  }

  return <TodoPanel title={t.obligations} all="/obligations?whose=mine" load={load} />;
}

/** What was submitted to one of the person's roles and waits to be accepted or returned. */
export function Submitted() {
  const t = useTexts(todayTexts);
  const { user, has } = useCaller();
  const load = useLoad(['obligations', 'submitted'], async signal => {
    const pages = await Promise.all(
      (['OBLIGATION_STATE_ON_TIME', 'OBLIGATION_STATE_LATE'] as const).map(state => ask(api.GET('/v1/obligations', { params: { query: { state, pageSize: 500 } }, signal }))),
    );
    return pages
      .flatMap(page => page.obligations ?? [])
      .filter(one => one.staff !== user.staff && has(...(one.receivers ?? [])))
      .map(one => ({
        key: one.name!,
        to: `/obligations/${idOf(one.name)}`,
        title: one.displayName,
        when: day(one.submitTime),
        about: [one.period, one.staffName || one.organisationName].filter(Boolean).join(' · '),
      }));
  });
  return <TodoPanel title={t.review} all="/obligations?whose=received" load={load} />;
}

/** Agreements that wait for the person's approval, his own or as a substitute. */
export function Approvals() {
  const t = useTexts(todayTexts);
  const say = useWord();
  const load = useLoad(['reviews', 'today'], async signal => {
    const { reviews } = await ask(api.GET('/v1/reviews', { params: { query: { pageSize: 100 } }, signal }));
    return (reviews ?? []).map(one => ({
      key: `${one.agreement}${one.step}`,
      to: `/agreements/${idOf(one.agreement)}`,
      title: one.partnerName,
      when: minute(one.sinceTime).slice(5),
      tone: one.overdue ? ('bad' as const) : undefined,
      about: [say(agreementKind, one.kind), one.subject, one.drafterName].filter(Boolean).join(' · '),
    }));
  });
  return <TodoPanel title={t.approvals} all="/approvals" load={load} />;
}

/** Visits of today and the week ahead: the own ones for who makes visits. */
export function Visits({ mine }: { mine: boolean }) {
  const t = useTexts(todayTexts);
  const say = useWord();
  const { user } = useCaller();
  const now = today();
  const load = useLoad(['visits', 'today', now, mine], async signal => {
    const query = { fromDate: now, toDate: addDays(now, 7), pageSize: 100, ...(mine && user.roles?.includes('salesperson') ? { staff: user.staff! } : {}) };
    const { visits } = await ask(api.GET('/v1/visits', { params: { query }, signal }));
    return (visits ?? [])
      .filter(one => one.state === 'VISIT_STATE_PLANNED' || one.plannedDate === now)
      .sort((a, b) => Number(a.state !== 'VISIT_STATE_PLANNED') - Number(b.state !== 'VISIT_STATE_PLANNED'))
      .map(one => ({
        key: one.name!,
        to: `/visits/${idOf(one.name)}`,
        title: one.partnerName,
        when: one.plannedDate === now ? say(visitState, one.state) : one.plannedDate.slice(5),
        tone: one.state === 'VISIT_STATE_PLANNED' && one.plannedDate === now ? ('warn' as const) : undefined,
        about: [say(visitKind, one.kind), one.purpose, one.staffName].filter(Boolean).join(' · '),
      }));
  });
  return <TodoPanel title={t.visits} all="/visits" load={load} />;
}

/** Clients to whom a next visit was promised. */
export function Reminders() {
  const t = useTexts(todayTexts);
  const now = today();
  const load = useLoad(['visit-reminders', now], async signal => {
    const { visitReminders } = await ask(api.GET('/v1/visitReminders', { params: { query: { dueBy: addDays(now, 7), pageSize: 100 } }, signal }));
    return (visitReminders ?? []).map(one => ({
      key: one.name!,
      to: `/partners/${idOf(one.partner)}/visits`,
      title: one.partnerName,
      when: one.dueDate?.slice(5),
      tone: one.overdue ? ('bad' as const) : undefined,
    }));
  });
  return <TodoPanel title={t.reminders} load={load} />;
}

const RUNNING: readonly string[] = ['TICKET_STATE_OPEN', 'TICKET_STATE_IN_PROGRESS'];
const NEAR_MS = 24 * 3600_000;

/** Tickets whose next deadline is passed or less than a day away, the most urgent first. */
export function Tickets() {
  const t = useTexts(todayTexts);
  const say = useWord();
  const load = useLoad(
    ['tickets', 'urgent'],
    async signal => {
      const pages = await Promise.all(
        (['TICKET_STATE_OPEN', 'TICKET_STATE_IN_PROGRESS'] as const).map(state => ask(api.GET('/v1/tickets', { params: { query: { state, pageSize: 200 } }, signal }))),
      );
      return pages
        .flatMap(page => page.tickets ?? [])
        .filter(one => RUNNING.includes(one.state ?? ''))
        .map(one => ({ one, due: Date.parse((one.firstResponseTime ? undefined : one.firstResponseDue) ?? one.resolutionDue ?? '') }))
        .filter(({ due }) => due - Date.now() < NEAR_MS)
        .sort((a, b) => a.due - b.due)
        .map(({ one, due }) => {
          const left = due - Date.now();
          return {
            key: one.name!,
            to: `/tickets/${idOf(one.name)}`,
            title: one.subject,
            when: left < 0 ? t.breached : t.left(spell(left)),
            tone: left < 0 ? ('bad' as const) : ('warn' as const),
            about: [one.number, say(ticketKind, one.kind), one.partnerDisplayName].filter(Boolean).join(' · '),
          };
        });
    },
    { refetchInterval: 60_000 },
  );
  return <TodoPanel title={t.tickets} all="/tickets" load={load} />;
}

const spell = (ms: number) => `${Math.floor(ms / 3600_000)}:${String(Math.floor((ms % 3600_000) / 60_000)).padStart(2, '0')}`;
