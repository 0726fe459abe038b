import { Segmented, Select } from 'antd';
import { Link } from 'react-router';
import { api, ask, type Schemas } from '../../api/client';
import { useLoad } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { MonthPicker } from '../../kit/date';
import { addDays, count, idOf, number, today } from '../../kit/formats';
import { StaffPicker } from '../../kit/names';
import { Page, Panel } from '../../kit/page';
import { Shown } from '../../kit/states';
import { Rows, type Column } from '../../kit/table';
import { useTexts } from '../../kit/texts';
import { useFilters } from '../../kit/url';
import { StateTag, useChoices, useWord } from '../../kit/words';
import { visitKind, visitState } from '../../words/dealer';
import { PlanVisit } from './PlanVisit';
import { visitTexts } from './texts';

type Visit = Schemas['dealer.Visit'];

/** Visits of a month, as a calendar or a list. */
export default function VisitsPage() {
  const t = useTexts(visitTexts);
  const { can } = useCaller();
  const choices = useChoices();
  const [filters, change] = useFilters('view', 'month', 'day', 'staff', 'state');
  const month = filters.month || today().slice(0, 7);
  const isList = filters.view === 'list';
  const shared = (
    <>
      <Segmented aria-label={t.view} value={isList ? 'list' : 'calendar'} options={[{ value: 'calendar', label: t.calendar }, { value: 'list', label: t.list }]} onChange={view => change({ view: view === 'list' ? 'list' : '' })} />
      <MonthPicker label={t.month} value={month} allowClear={false} onChange={next => change({ month: next, day: '' })} />
      <StaffPicker label={t.visitor} placeholder={t.visitor} roles={['salesperson', 'sales-manager']} style={{ width: 140 }} value={filters.staff} onChange={staff => change({ staff })} />
    </>
  );
  return (
    <Page title={t.visits} fill={isList} actions={can('dealer.visits.plan') && <PlanVisit />}>
      {isList ? (
        <VisitRows
          month={month}
          staff={filters.staff}
          state={filters.state as Visit['state']}
          filters={
            <>
              {shared}
              <Select aria-label={t.state} placeholder={t.state} allowClear style={{ width: 120 }} options={choices(visitState)} value={filters.state || null} onChange={state => change({ state: state ?? '' })} />
            </>
          }
        />
      ) : (
        <>
          <div className="filters">{shared}</div>
          <Month month={month} staff={filters.staff} chosen={filters.day} onChoose={day => change({ day })} />
        </>
      )}
    </Page>
  );
}

const lastDay = (month: string) => addDays(`${month === '' ? '' : nextMonth(month)}-01`, -1);
const nextMonth = (month: string) => {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
};

function VisitRows({ month, staff, state, filters }: { month: string; staff: string; state: Visit['state']; filters: React.ReactNode }) {
  const t = useTexts(visitTexts);
  const say = useWord();
  const columns: Column<Visit>[] = [
    { key: 'date', title: t.date, width: 110, sort: row => row.plannedDate, render: row => <span className="num">{row.plannedDate}</span> },
    { key: 'partner', title: t.partner, phone: 'title', sort: row => row.partnerName ?? '', render: row => <Link to={`/visits/${idOf(row.name)}`}>{row.partnerName}</Link> },
    { key: 'state', title: t.state, width: 92, phone: 'end', render: row => <StateTag of={visitState} value={row.state} /> },
    { key: 'kind', title: t.kind, width: 110, render: row => say(visitKind, row.kind) },
    { key: 'staff', title: t.visitor, width: 90, render: row => row.staffName },
    { key: 'purpose', title: t.purpose, render: row => row.purpose },
  ];
  return (
    <Rows<Visit>
      label={t.visits}
      queryKey={['visits', month, staff, state]}
      columns={columns}
      rowKey={row => row.name!}
      filters={filters}
      load={async (page, signal) => {
        const query = { ...page, fromDate: `${month}-01`, toDate: lastDay(month), staff: staff || undefined, state: state || undefined };
        const answer = await ask(api.GET('/v1/visits', { params: { query }, signal }));
        return { rows: answer.visits ?? [], nextPageToken: answer.nextPageToken };
      }}
    />
  );
}

/** A month as offices have it on the wall: Monday first, holidays and make-up days named. */
function Month({ month, staff, chosen, onChoose }: { month: string; staff: string; chosen: string; onChoose: (day: string) => void }) {
  const t = useTexts(visitTexts);
  const load = useLoad(
    ['visits', 'calendar', month, staff],
    signal => ask(api.GET('/v1/visits:calendar', { params: { query: { fromDate: `${month}-01`, toDate: lastDay(month), staff: staff || undefined } }, signal })),
    { keep: true },
  );
  const now = today();
  const shown = chosen || (now.startsWith(month) ? now : `${month}-01`);
  return (
    <Shown of={load} lines={8}>
      {({ days = [] }) => (
        <>
          <div className="month">
            {[...t.weekdays].map((weekday, index) => (
              <span key={index} className="weekday" aria-hidden="true">
                {weekday}
              </span>
            ))}
            {days.map((one, index) => (
              <button
                type="button"
                key={one.date}
                className={`day ${one.workingDay ? '' : 'off'} ${one.date === now ? 'now' : ''}`}
                style={index === 0 ? { gridColumnStart: ((new Date(`${one.date}T00:00:00Z`).getUTCDay() + 6) % 7) + 1 } : undefined}
                aria-pressed={one.date === shown}
                onClick={() => onChoose(one.date ?? '')}
              >
                <span>
                  {Number(one.date?.slice(8))} <small>{one.dayName}</small>
                </span>
                <span className="only-read">{t.counts(count(one.plannedCount), count(one.reportedCount), count(one.missedCount))}</span>
                <span className="dots" aria-hidden="true">
                  {number(one.plannedCount) > 0 && <i className="tag info">{count(one.plannedCount)}</i>}
                  {number(one.reportedCount) > 0 && <i className="tag good">{count(one.reportedCount)}</i>}
                  {number(one.missedCount) > 0 && <i className="tag bad">{count(one.missedCount)}</i>}
                  {number(one.reminderCount) > 0 && <i className="tag warn">{count(one.reminderCount)}</i>}
                </span>
              </button>
            ))}
          </div>
          <OfDay day={shown} staff={staff} reminders={days.find(one => one.date === shown)?.reminders ?? []} />
        </>
      )}
    </Shown>
  );
}

function OfDay({ day, staff, reminders }: { day: string; staff: string; reminders: readonly Schemas['dealer.VisitReminder'][] }) {
  const t = useTexts(visitTexts);
  const say = useWord();
  const load = useLoad(['visits', 'day', day, staff], signal => ask(api.GET('/v1/visits', { params: { query: { fromDate: day, toDate: day, staff: staff || undefined, pageSize: 500 } }, signal })));
  return (
    <Panel title={day} bare>
      <Shown of={load} lines={2}>
        {({ visits = [] }) => (
          <ul className="cards">
            {visits.length === 0 && reminders.length === 0 && <li className="muted">{t.none}</li>}
            {visits.map(visit => (
              <li key={visit.name}>
                <div className="line">
                  <Link to={`/visits/${idOf(visit.name)}`}>{visit.partnerName}</Link>
                  <StateTag of={visitState} value={visit.state} />
                </div>
                <div className="rest">
                  <span>{say(visitKind, visit.kind)}</span>
                  <span>{visit.staffName}</span>
                  <span>{visit.purpose}</span>
                </div>
              </li>
            ))}
            {reminders.map(reminder => (
              <li key={reminder.name}>
                <div className="line">
                  <Link to={`/${reminder.partner}/visits`}>{reminder.partnerName}</Link>
                  <span className="tag warn">{t.reminders}</span>
                </div>
              </li>
            ))}
          </ul>
        )}
      </Shown>
    </Panel>
  );
}
