import { useMemo } from 'react';
import { Link } from 'react-router';
import type { Schemas } from '../../api/client';
import { useStream } from '../../api/stream';
import { Chart } from '../../kit/chart';
import { MonthPicker } from '../../kit/date';
import { count, number, percent, today } from '../../kit/formats';
import { Page, Panel, Tag } from '../../kit/page';
import { Loading, State } from '../../kit/states';
import { useTexts } from '../../kit/texts';
import { useFilters } from '../../kit/url';
import { useWord } from '../../kit/words';
import { ticketKind } from '../../words/tickets';
import { salesTexts } from './texts';

type Figures = Schemas['reporting.NetworkFigures'];

/** The month at work, as it happens: the figures come over a stream and change within a second. */
export default function DashboardPage() {
  const t = useTexts(salesTexts);
  const [filters, change] = useFilters('month');
  const month = filters.month || today().slice(0, 7);
  const { latest, live } = useStream<Figures>(`/v1/dashboards/network:watch?month=${month}&seconds=120`);
  const shown = latest?.month === month ? latest : undefined;
  return (
    <Page
      title={t.dashboard}
      about={<Tag tone={live ? 'good' : 'warn'}>{live ? t.live : t.waiting}</Tag>}
      actions={<MonthPicker label={t.month} value={month} allowClear={false} onChange={next => change({ month: next })} />}
    >
      {shown ? (
        <>
          <Activity figures={shown} />
          <div className="grid">
            <Plans plans={shown.plans?.plans ?? []} />
            <Daily sales={shown.sales} />
            <Ranking rows={shown.sales?.ranking ?? []} />
            <Tickets times={shown.tickets} />
          </div>
        </>
      ) : (
        <Loading lines={10} />
      )}
    </Page>
  );
}

function Activity({ figures }: { figures: Figures }) {
  const t = useTexts(salesTexts);
  const { activity } = figures;
  const shown: readonly (readonly [string, string | undefined])[] = [
    [t.signed, activity?.agreementsSigned],
    [t.sales, figures.sales?.quantity],
    [t.visits, activity?.visits],
    [t.missed, activity?.visitsMissed],
    [t.trainings, activity?.trainingsHeld],
    [t.trained, activity?.trainedPeople],
    [t.cities, figures.citiesHeld],
    [t.conflicts, figures.conflictsOpened],
  ];
  return (
    <section className="figures" aria-label={t.activity}>
      {shown.map(([title, value]) => (
        <div className="figure" key={title}>
          <span>{title}</span>
          <b>{count(value ?? 0)}</b>
        </div>
      ))}
    </section>
  );
}

function Plans({ plans }: { plans: readonly Schemas['reporting.PlanProgress'][] }) {
  const t = useTexts(salesTexts);
  const cell = (measure: Schemas['reporting.PlanMeasure'] | undefined) => (
    <td className="num">
      {count(measure?.actual ?? 0)} <span className="muted">/ {count(measure?.target ?? 0)}</span> <Tag tone={(measure?.attainment ?? 0) >= 1 ? 'good' : (measure?.attainment ?? 0) >= 0.7 ? 'warn' : 'bad'}>{percent(measure?.attainment ?? 0)}</Tag>
    </td>
  );
  return (
    <Panel title={t.plans} more={<span className="muted">{`${t.actual} / ${t.planned}`}</span>} bare>
      {plans.length === 0 ? (
        <State title={t.noPlans} />
      ) : (
        <div style={{ overflowX: 'auto' }} tabIndex={0} role="region" aria-label={t.plans}>
          <table className="versions">
            <thead>
              <tr>
                {[t.planOf, t.agents, t.terminals, t.sales].map(title => (
                  <th scope="col" key={title}>
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {plans.map(({ plan, agents, terminals, salesQuantity }) => (
                <tr key={plan?.name}>
                  <th scope="row">{plan?.organisationName}</th>
                  {cell(agents)}
                  {cell(terminals)}
                  {cell(salesQuantity)}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

function Daily({ sales }: { sales: Schemas['reporting.SalesTrend'] | undefined }) {
  const t = useTexts(salesTexts);
  const points = sales?.points;
  const option = useMemo(
    () => ({
      legend: { show: false },
      xAxis: { type: 'category', data: (points ?? []).map(point => point.period?.slice(8)) },
      yAxis: { type: 'value' },
      series: [{ type: 'bar', name: t.sales, data: (points ?? []).map(point => number(point.quantity)), barMaxWidth: 18 }],
    }),
    [points, t],
  );
  return (
    <Panel title={t.daily} more={<Link to="/trend">{t.trend}</Link>}>
      <Chart label={`${t.daily}，${t.summary(count(sales?.quantity ?? 0))}`} option={option} />
    </Panel>
  );
}

function Ranking({ rows }: { rows: readonly Schemas['reporting.SalesSummary.Row'][] }) {
  const t = useTexts(salesTexts);
  const most = Math.max(1, ...rows.map(row => number(row.quantity)));
  return (
    <Panel title={t.ranking}>
      <ol className="way ranks">
        {rows.map(row => (
          <li key={row.key}>
            <Link to={`/${row.key}/sales`}>{row.displayName}</Link>
            <span className="bar" aria-hidden="true">
              <i style={{ width: `${(100 * number(row.quantity)) / most}%` }} />
            </span>
            <span className="num">{count(row.quantity)}</span>
          </li>
        ))}
      </ol>
    </Panel>
  );
}

/** "service-request" as the enumeration has it. */
const kindOf = (word: string) => `TICKET_KIND_${word.toUpperCase().replaceAll('-', '_')}`;

function Tickets({ times }: { times: Schemas['reporting.TicketTimes'] | undefined }) {
  const t = useTexts(salesTexts);
  const say = useWord();
  const rows = [...(times?.kinds ?? []), ...(times?.all ? [times.all] : [])];
  return (
    <Panel title={t.tickets} bare>
      <div style={{ overflowX: 'auto' }} tabIndex={0} role="region" aria-label={t.tickets}>
        <table className="versions">
          <thead>
            <tr>
              {[t.kind, t.opened, t.open, t.response, t.resolution, t.breaches].map(title => (
                <th scope="col" key={title}>
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(row => (
              <tr key={row.kind}>
                <th scope="row">{row.kind ? say(ticketKind, kindOf(row.kind)) : t.allKinds}</th>
                <td className="num">{count(row.count)}</td>
                <td className="num">{count(row.open)}</td>
                <td className="num">{count(Math.round(row.firstResponse?.average ?? 0))}</td>
                <td className="num">{count(Math.round(row.resolution?.average ?? 0))}</td>
                <td className="num">{count(number(row.firstResponseBreaches) + number(row.resolutionBreaches))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
