import { Segmented, Select } from 'antd';
import { useMemo } from 'react';
import { api, ask, type Schemas } from '../../api/client';
import { useLoad } from '../../api/queries';
import { Chart } from '../../kit/chart';
import { DayPicker } from '../../kit/date';
import { addDays, count, number, percent, today } from '../../kit/formats';
import { Page, Panel } from '../../kit/page';
import { Shown } from '../../kit/states';
import { useTexts } from '../../kit/texts';
import { useFilters } from '../../kit/url';
import { salesTexts } from './texts';

type Trend = Schemas['reporting.SalesTrend'];

/** Sales over time beside the period and the year before, and who sold most. */
export default function TrendPage() {
  const t = useTexts(salesTexts);
  const [filters, change] = useFilters('grain', 'from', 'to', 'by');
  const to = filters.to || today();
  const from = filters.from || addDays(to, -29);
  const grain = (filters.grain || 'SALES_GRAIN_DAY') as NonNullable<Schemas['reporting.SalesGrain']>;
  const rankBy = (filters.by || 'SALES_GROUP_PARTNER') as NonNullable<Schemas['reporting.SalesGroup']>;
  const load = useLoad(['sales-trend', grain, from, to, rankBy], signal => ask(api.GET('/v1/dashboards/salesTrend', { params: { query: { grain, from, to, rankBy } }, signal })), { keep: true });
  return (
    <Page title={t.trend}>
      <div className="filters">
        <Segmented
          aria-label={t.grain}
          value={grain}
          options={[
            { value: 'SALES_GRAIN_DAY', label: t.day },
            { value: 'SALES_GRAIN_WEEK', label: t.week },
            { value: 'SALES_GRAIN_MONTH', label: t.monthGrain },
          ]}
          onChange={next => change({ grain: next })}
        />
        <DayPicker label={t.from} value={from} allowClear={false} onChange={next => change({ from: next })} />
        <DayPicker label={t.to} value={to} allowClear={false} onChange={next => change({ to: next })} />
        <Select
          aria-label={t.rankBy}
          style={{ width: 140 }}
          value={rankBy}
          options={[
            { value: 'SALES_GROUP_PARTNER', label: t.byPartner },
            { value: 'SALES_GROUP_SALESPERSON', label: t.bySalesperson },
            { value: 'SALES_GROUP_ORGANISATION', label: t.byOrganisation },
            { value: 'SALES_GROUP_PRODUCT', label: t.byProduct },
          ]}
          onChange={by => change({ by })}
        />
      </div>
      <Shown of={load} lines={8}>
        {trend => (
          <>
            <section className="figures">
              {(
                [
                  [t.total, trend.quantity],
                  [t.previous, trend.previousQuantity],
                  [t.yearAgo, trend.yearAgoQuantity],
                ] as const
              ).map(([title, value]) => (
                <div className="figure" key={title}>
                  <span>{title}</span>
                  <b>{count(value ?? 0)}</b>
                </div>
              ))}
            </section>
            <Panel title={t.sales}>
              <Line trend={trend} />
            </Panel>
            <div className="grid">
              <Ranks ranks={trend.ranks ?? []} />
              <Mix rows={trend.mix ?? []} />
            </div>
          </>
        )}
      </Shown>
    </Page>
  );
}

function Line({ trend }: { trend: Trend }) {
  const t = useTexts(salesTexts);
  const option = useMemo(
    () => ({
      legend: { show: false },
      xAxis: { type: 'category', boundaryGap: false, data: (trend.points ?? []).map(point => point.period) },
      yAxis: { type: 'value' },
      series: [{ type: 'line', name: t.sales, showSymbol: false, areaStyle: { opacity: 0.12 }, data: (trend.points ?? []).map(point => number(point.quantity)) }],
    }),
    [trend, t],
  );
  return <Chart label={`${t.sales}，${t.summary(count(trend.quantity ?? 0))}`} option={option} height={300} />;
}

function Ranks({ ranks }: { ranks: readonly Schemas['reporting.SalesTrend.Rank'][] }) {
  const t = useTexts(salesTexts);
  return (
    <Panel title={t.ranking} bare>
      <table className="versions">
        <thead>
          <tr>
            {['#', t.name, t.total, t.previous, t.yearAgo].map(title => (
              <th scope="col" key={title}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {ranks.map((rank, index) => (
            <tr key={rank.key}>
              <td className="num">{index + 1}</td>
              <th scope="row">{rank.displayName || rank.key}</th>
              <td className="num">{count(rank.quantity)}</td>
              <td className="num muted">{count(rank.previousQuantity ?? 0)}</td>
              <td className="num muted">{count(rank.yearAgoQuantity ?? 0)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function Mix({ rows }: { rows: readonly Schemas['reporting.SalesSummary.Row'][] }) {
  const t = useTexts(salesTexts);
  const total = Math.max(1, rows.reduce((sum, row) => sum + number(row.quantity), 0));
  return (
    <Panel title={t.mix}>
      <ul className="way ranks">
        {rows.map(row => (
          <li key={row.key}>
            <span>{row.displayName || row.key}</span>
            <span className="bar" aria-hidden="true">
              <i style={{ width: `${(100 * number(row.quantity)) / total}%` }} />
            </span>
            <span className="num">
              {count(row.quantity)} <span className="muted">{percent(number(row.quantity) / total)}</span>
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
