import { Segmented, Select } from 'antd';
import { Link } from 'react-router';
import { api, ask, type Schemas } from '../../api/client';
import { useCaller } from '../../kit/caller';
import { DayPicker } from '../../kit/date';
import { addDays, daysBetween, idOf, minute, today } from '../../kit/formats';
import { OrganisationPicker } from '../../kit/names';
import { Page } from '../../kit/page';
import { Rows, type Column } from '../../kit/table';
import { useTexts } from '../../kit/texts';
import { useFilters } from '../../kit/url';
import { StateTag, useChoices, useWord } from '../../kit/words';
import { obligationState } from '../../words/reporting';
import { role } from '../../words/roles';
import { obligationTexts } from './texts';

type Obligation = Schemas['reporting.Obligation'];

const WAITS: readonly string[] = ['OBLIGATION_STATE_ON_TIME', 'OBLIGATION_STATE_LATE'];

/** What is owed by whom, by due day: all that the caller sees, his own, or what waits for him to accept. */
export default function ObligationsPage() {
  const t = useTexts(obligationTexts);
  const say = useWord();
  const choices = useChoices();
  const { user, can, has } = useCaller();
  const [filters, change] = useFilters('whose', 'state', 'organisation', 'from', 'to');
  const now = today();
  const from = filters.from || addDays(now, -31);
  const to = filters.to || addDays(now, 31);
  const isLate = (row: Obligation) => row.state === 'OBLIGATION_STATE_MISSING' || (row.state === 'OBLIGATION_STATE_DUE_SOON' && daysBetween(now, row.dueDate ?? now) <= 0);
  const columns: Column<Obligation>[] = [
    { key: 'duty', title: t.duty, phone: 'title', render: row => <Link to={`/obligations/${idOf(row.name)}`}>{row.displayName}</Link> },
    { key: 'period', title: t.period, width: 130, render: row => <span className="num">{row.period}</span> },
    { key: 'due', title: t.due, width: 112, sort: row => row.dueDate ?? '', render: row => <span className={isLate(row) ? 'num bad' : 'num'}>{row.dueDate}</span> },
    { key: 'state', title: t.state, width: 100, phone: 'end', sort: row => Object.keys(obligationState).indexOf(row.state ?? ''), render: row => <StateTag of={obligationState} value={row.state} /> },
    { key: 'person', title: t.person, width: 100, sort: row => row.staffName ?? '', render: row => row.staffName },
    { key: 'organisation', title: t.organisation, width: 170, sort: row => row.organisationName ?? '', render: row => row.organisationName },
    { key: 'receivers', title: t.receivers, width: 190, phone: 'none', render: row => row.receivers?.map(one => say(role, one)).join('、') },
    { key: 'submitted', title: t.submitted, width: 140, phone: 'none', render: row => <span className="num">{minute(row.submitTime)}</span> },
  ];
  const whose = [{ value: '', label: t.all }, ...(user.staff ? [{ value: 'mine', label: t.mine }] : []), ...(can('reporting.obligations.review') ? [{ value: 'received', label: t.received }] : [])];
  return (
    <Page title={t.obligations} fill>
      <Rows<Obligation>
        label={t.obligations}
        queryKey={['obligations', 'list', filters, from, to]}
        columns={columns}
        rowKey={row => row.name!}
        load={async (page, signal) => {
          const query = {
            ...page,
            dueFrom: from,
            dueTo: to,
            state: (filters.state || undefined) as Obligation['state'],
            organisation: filters.organisation || undefined,
            staff: filters.whose === 'mine' ? user.staff : undefined,
          };
          const answer = await ask(api.GET('/v1/obligations', { params: { query }, signal }));
          const rows = (answer.obligations ?? []).filter(row => filters.whose !== 'received' || (WAITS.includes(row.state ?? '') && row.staff !== user.staff && has(...(row.receivers ?? []))));
          return { rows, nextPageToken: answer.nextPageToken };
        }}
        filters={
          <>
            <Segmented aria-label={t.whose} options={whose} value={filters.whose} onChange={next => change({ whose: next })} />
            <Select aria-label={t.state} placeholder={t.state} allowClear style={{ width: 120 }} options={choices(obligationState)} value={filters.state || null} onChange={state => change({ state: state ?? '' })} />
            <OrganisationPicker label={t.organisation} placeholder={t.organisation} style={{ width: 180 }} value={filters.organisation} onChange={organisation => change({ organisation })} />
            <DayPicker label={t.from} value={from} allowClear={false} onChange={next => change({ from: next })} />
            <DayPicker label={t.to} value={to} allowClear={false} onChange={next => change({ to: next })} />
          </>
        }
      />
    </Page>
  );
}
