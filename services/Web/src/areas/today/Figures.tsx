import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { api, ask, type Schemas } from '../../api/client';
import { useLoad } from '../../api/queries';
import { count, number, percent } from '../../kit/formats';
import { useTexts } from '../../kit/texts';
import { todayTexts } from './texts';

/** The month in six figures. */
export function Figures() {
  const t = useTexts(todayTexts);
  const { data } = useLoad(['network-figures'], signal => ask(api.GET('/v1/dashboards/network', { signal })), { refetchInterval: 60_000 });
  return (
    <section className="figures" aria-label={t.figures}>
      <Figure to="/partners" title={t.partners} value={data && count(data.funnel?.total)} />
      <Figure to="/partners?stage=PARTNER_STAGE_OPERATING" title={t.operating} value={data && count(stage(data, 'operating'))} />
      <Figure title={t.signed} value={data && count(data.activity?.agreementsSigned)} />
      <Figure title={t.sales} value={data && count(data.sales?.quantity)} />
      <Figure title={t.openTickets} value={data && count(data.tickets?.all?.open)} />
      <Figure title={t.compliance} value={data && percent(data.obligations?.complianceRate)} />
    </section>
  );
}

const stage = (figures: Schemas['reporting.NetworkFigures'], name: string) => number(figures.funnel?.stages?.find(one => one.stage === name)?.count);

function Figure({ title, value, to }: { title: string; value: ReactNode; to?: string }) {
  const content = (
    <>
      <span>{title}</span>
      <b>{value ?? '…'}</b>
    </>
  );
  return to ? (
    <Link className="figure" to={to}>
      {content}
    </Link>
  ) : (
    <div className="figure">{content}</div>
  );
}
