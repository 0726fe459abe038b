import { Segmented } from 'antd';
import { Link } from 'react-router';
import { api, ask, type Schemas } from '../../api/client';
import { useLoad } from '../../api/queries';
import { DayPicker } from '../../kit/date';
import { addDays, count, number, percent, today } from '../../kit/formats';
import { Page, Panel } from '../../kit/page';
import { Shown } from '../../kit/states';
import { Rows, type Column } from '../../kit/table';
import { useTexts } from '../../kit/texts';
import { useFilters } from '../../kit/url';
import { obligationTexts } from './texts';

type Cell = Schemas['reporting.ObligationSummary.Cell'];
type Compliance = Schemas['reporting.Compliance'];

/** How well reports come in: duty × organisation as a heat map, and each person, organisation or duty by its rate. */
export default function CompliancePage() {
  const t = useTexts(obligationTexts);
  const [filters, change] = useFilters('from', 'to', 'by');
  const from = filters.from || `${today().slice(0, 7)}-01`;
  const to = filters.to || addDays(from, 30);
  const summary = useLoad(['obligations', 'summary', from, to], signal => ask(api.GET('/v1/dashboards/obligations', { params: { query: { dueFrom: from, dueTo: to } }, signal })), { keep: true });
  const groups = { person: 'COMPLIANCE_GROUP_PERSON', organisation: 'COMPLIANCE_GROUP_ORGANISATION', duty: 'COMPLIANCE_GROUP_DUTY' } as const;
  const by = (filters.by || 'person') as keyof typeof groups;
  const columns: Column<Compliance>[] = [
    { key: 'name', title: t.name, phone: 'title', sort: row => row.displayName ?? '', render: row => row.displayName || row.key },
    { key: 'rate', title: t.rate, width: 100, align: 'right', phone: 'end', sort: row => row.rate ?? 0, render: row => percent(row.rate) },
    { key: 'inTime', title: t.inTime, width: 90, align: 'right', sort: row => number(row.inTime), render: row => count(row.inTime) },
    { key: 'late', title: t.late, width: 90, align: 'right', sort: row => number(row.late), render: row => count(row.late) },
    { key: 'missing', title: t.missing, width: 90, align: 'right', sort: row => number(row.missing), render: row => <span className={number(row.missing) > 0 ? 'bad' : ''}>{count(row.missing)}</span> },
    { key: 'open', title: t.openCount, width: 100, align: 'right', sort: row => number(row.open), render: row => count(row.open) },
  ];
  return (
    <Page title={t.heat} about={t.heatHint}>
      <div className="filters">
        <DayPicker label={t.from} value={from} allowClear={false} onChange={next => change({ from: next })} />
        <DayPicker label={t.to} value={to} allowClear={false} onChange={next => change({ to: next })} />
      </div>
      <Shown of={summary} lines={6}>
        {({ cells, complianceRate }) => (
          <Panel title={t.heat} more={<b>{`${t.overall} ${percent(complianceRate)}`}</b>} bare>
            <Heat cells={cells ?? []} />
          </Panel>
        )}
      </Shown>
      <div style={{ display: 'flex', flexDirection: 'column', gap: 14, height: 520 }}>
        <Rows<Compliance>
          label={t.rate}
          queryKey={['obligations', 'compliance', by, from, to]}
          columns={columns}
          rowKey={row => row.key!}
          load={async (page, signal) => {
            const answer = await ask(api.GET('/v1/obligations:compliance', { params: { query: { ...page, groupBy: groups[by], dueFrom: from, dueTo: to } }, signal }));
            return { rows: answer.rows ?? [], nextPageToken: answer.nextPageToken };
          }}
          filters={
            <Segmented
              aria-label={t.by}
              value={by}
              options={[
                { value: 'person', label: t.byPerson },
                { value: 'organisation', label: t.byOrganisation },
                { value: 'duty', label: t.byDuty },
              ]}
              onChange={next => change({ by: next })}
            />
          }
        />
      </div>
    </Page>
  );
}

const counted = (cell: Cell) =>
  (cell.states ?? []).some(one => ['OBLIGATION_STATE_ON_TIME', 'OBLIGATION_STATE_LATE', 'OBLIGATION_STATE_MISSING', 'OBLIGATION_STATE_ACCEPTED', 'OBLIGATION_STATE_RETURNED'].includes(one.state ?? ''));

/** Bad is told by the figure too, not by colour alone. */
const tone = (rate: number) => (rate >= 0.95 ? 'good' : rate >= 0.8 ? 'warn' : 'bad');

function Heat({ cells }: { cells: readonly Cell[] }) {
  const t = useTexts(obligationTexts);
  const organisations = [...new Map(cells.map(cell => [cell.organisation, cell.organisationName]))];
  const duties = [...new Map(cells.map(cell => [cell.rule, cell.displayName]))];
  const at = new Map(cells.map(cell => [`${cell.rule} ${cell.organisation}`, cell]));
  return (
    <div style={{ overflow: 'auto', maxHeight: 560 }} tabIndex={0} role="region" aria-label={t.heat}>
      <table className="versions heat">
        <thead>
          <tr>
            <th scope="col">{t.duty}</th>
            {organisations.map(([key, name]) => (
              <th scope="col" key={key}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {duties.map(([rule, name]) => (
            <tr key={rule}>
              <th scope="row">{name}</th>
              {organisations.map(([organisation]) => {
                const cell = at.get(`${rule} ${organisation}`);
                return <td key={organisation}>{cell && counted(cell) ? <Link className={`tag ${tone(cell.complianceRate ?? 1)}`} to={`/obligations?organisation=${organisation}`}>{percent(cell.complianceRate)}</Link> : <span className="muted">–</span>}</td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
