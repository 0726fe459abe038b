import './training.css';
import { LeftOutlined, RightOutlined } from '@ant-design/icons';
import { Button, Segmented, Select } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { api, ask, type Schemas } from '../../api/client';
import { useLoad } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { addDays, day, idOf, minute, today } from '../../kit/formats';
import { Page } from '../../kit/page';
import { Shown } from '../../kit/states';
import { Rows, type Column } from '../../kit/table';
import { useTexts } from '../../kit/texts';
import { useFilters } from '../../kit/url';
import { StateTag, useChoices, useWord } from '../../kit/words';
import { sessionState, trainingWay } from '../../words/training';
import { useCourses, useRooms } from './catalogue';
import { ScheduleDialog } from './ScheduleDialog';
import { trainingTexts } from './texts';

type Session = Schemas['training.TrainingSession'];

const WEEK = 7;
const SHOWN = 3;

const mondayOf = (date: string) => addDays(date, -((new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % WEEK));
const firstOf = (date: string) => `${date.slice(0, 7)}-01`;

/** The days shown: a week, or the weeks that a month touches. */
function daysOf(view: string, date: string): string[] {
  const from = mondayOf(view === 'week' ? date : firstOf(date));
  const last = view === 'week' ? from : addDays(firstOf(addDays(firstOf(date), 31)), -1);
  const weeks = view === 'week' ? 1 : Math.floor((Date.parse(last) - Date.parse(from)) / 86_400_000 / WEEK) + 1;
  return Array.from({ length: weeks * WEEK }, (_, index) => addDays(from, index));
}

/** What is taught when: a month, a week, or a list. */
export default function CalendarPage() {
  const t = useTexts(trainingTexts);
  const { can } = useCaller();
  const [filters, change] = useFilters('view', 'date', 'state');
  const [scheduling, setScheduling] = useState(false);
  const view = filters.view || 'month';
  const date = filters.date || today();
  const step = (sign: 1 | -1) => change({ date: view === 'week' ? addDays(date, sign * WEEK) : firstOf(addDays(firstOf(date), sign === 1 ? 31 : -1)) });
  return (
    <Page
      title={t.calendar}
      fill={view === 'list'}
      actions={can('training.sessions.create') && <Button type="primary" onClick={() => setScheduling(true)}>{t.newSession}</Button>}
    >
      <div className="filters">
        <Segmented aria-label={t.view} value={view} onChange={next => change({ view: next })} options={[{ value: 'month', label: t.month }, { value: 'week', label: t.week }, { value: 'list', label: t.list }]} />
        {view !== 'list' && (
          <>
            <Button aria-label={t.previous} icon={<LeftOutlined />} onClick={() => step(-1)} />
            <Button onClick={() => change({ date: '' })}>{t.thisDay}</Button>
            <Button aria-label={t.next} icon={<RightOutlined />} onClick={() => step(1)} />
            <b>{t.monthTitle(date.slice(0, 4), date.slice(5, 7))}</b>
          </>
        )}
      </div>
      {view === 'list' ? <SessionList state={filters.state} onState={state => change({ state })} /> : <Days view={view} date={date} />}
      <ScheduleDialog open={scheduling} onClose={() => setScheduling(false)} />
    </Page>
  );
}

function Days({ view, date }: { view: string; date: string }) {
  const t = useTexts(trainingTexts);
  const { titleOf } = useCourses();
  const days = daysOf(view, date);
  const from = days[0]!;
  const until = addDays(days.at(-1)!, 1);
  const sessions = useLoad(
    ['training-sessions', from, until],
    signal => ask(api.GET('/v1/trainingSessions', { params: { query: { fromTime: `${from}T00:00:00+08:00`, untilTime: `${until}T00:00:00+08:00`, pageSize: 1000 } }, signal })),
    { keep: true },
  );
  return (
    <section className="panel">
      <Shown of={sessions}>
        {({ trainingSessions }) => (
            <div className={`month ${view}`}>
              {[...t.weekdays].map((weekday, index) => (
                <b key={index}>{weekday}</b>
              ))}
              {days.map(one => {
                const all = (trainingSessions ?? []).filter(session => day(session.startTime) === one).sort((a, b) => a.startTime.localeCompare(b.startTime));
                const shown = view === 'week' ? all : all.slice(0, SHOWN);
                const outside = view === 'month' && one.slice(0, 7) !== date.slice(0, 7);
                return (
                  <div key={one} className={`${outside ? 'outside' : ''} ${one === today() ? 'now' : ''}`}>
                    <time dateTime={one}>{Number(one.slice(8))}</time>
                    {shown.map(session => (
                      <SessionChip key={session.name} session={session} title={titleOf(session.course)} />
                    ))}
                    {all.length > shown.length && <Link to={`?view=week&date=${one}`}>{t.more(all.length - shown.length)}</Link>}
                  </div>
                );
              })}
            </div>
        )}
      </Shown>
    </section>
  );
}

const LOOK: Partial<Record<string, string>> = { TRAINING_SESSION_STATE_HELD: 'done', TRAINING_SESSION_STATE_CLOSED: 'done', TRAINING_SESSION_STATE_CANCELLED: 'off' };

function SessionChip({ session, title }: { session: Session; title: string }) {
  const say = useWord();
  const time = minute(session.startTime).slice(11);
  return (
    <Link className={`session ${LOOK[session.state ?? ''] ?? ''}`} to={`/${session.name}`} title={`${time} ${title} ${session.lecturerDisplayName ?? ''} ${say(sessionState, session.state)}`}>
      <span className="num">{time}</span> {title} {session.lecturerDisplayName}
    </Link>
  );
}

function SessionList({ state, onState }: { state: string; onState: (state: string) => void }) {
  const t = useTexts(trainingTexts);
  const say = useWord();
  const choices = useChoices();
  const { titleOf } = useCourses();
  const rooms = useRooms();
  const columns: Column<Session>[] = [
    { key: 'course', title: t.course, phone: 'title', sort: row => titleOf(row.course), render: row => <Link to={`/${row.name}`}>{titleOf(row.course) || idOf(row.name)}</Link> },
    { key: 'time', title: t.time, width: 150, sort: row => row.startTime, render: row => <span className="num">{minute(row.startTime)}</span> },
    { key: 'lecturer', title: t.lecturer, width: 110, sort: row => row.lecturerDisplayName ?? '', render: row => row.lecturerDisplayName || row.provider || '–' },
    { key: 'way', title: t.way, width: 80, phone: 'none', render: row => say(trainingWay, row.way) },
    { key: 'place', title: t.place, width: 200, render: row => rooms.nameOf(row.room) || row.place || row.link || '–' },
    { key: 'enrolled', title: t.enrolled, width: 90, align: 'right', render: row => `${row.enrolled ?? 0} / ${row.capacity}` },
    { key: 'state', title: t.state, width: 100, phone: 'end', render: row => <StateTag of={sessionState} value={row.state} /> },
  ];
  return (
    <Rows<Session>
      label={t.calendar}
      queryKey={['training-sessions', 'list', state]}
      load={async (page, signal) => {
        const answer = await ask(api.GET('/v1/trainingSessions', { params: { query: { ...page, state: (state || undefined) as Session['state'] } }, signal }));
        return { rows: answer.trainingSessions ?? [], nextPageToken: answer.nextPageToken };
      }}
      columns={columns}
      rowKey={row => row.name!}
      filters={<Select aria-label={t.state} placeholder={t.state} allowClear style={{ width: 130 }} options={choices(sessionState)} value={state || null} onChange={next => onState(next ?? '')} />}
    />
  );
}
