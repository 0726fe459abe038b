import { useCaller } from '../../kit/caller';
import { useSettings } from '../../kit/settings';
import { Page } from '../../kit/page';
import { today } from '../../kit/formats';
import { useTexts } from '../../kit/texts';
import { Figures } from './Figures';
import { Approvals, Obligations, Reminders, Submitted, Tickets, Visits } from './Panels';
import { todayTexts } from './texts';

/** The first screen: what waits for whom it is, one click from the thing itself. Each panel is there for who may act on it. */
export default function TodayPage() {
  const t = useTexts(todayTexts);
  const { user, can } = useCaller();
  const { lang } = useSettings();
  const date = new Intl.DateTimeFormat(lang, { dateStyle: 'full', timeZone: 'Asia/Shanghai' }).format(new Date());
  const isOutside = Boolean(user.partner);
  return (
    <Page title={t.hello(user.displayName || user.login || '')} about={<span title={today()}>{date}</span>}>
      {can('reporting.dashboards.read') && <Figures />}
      <div className="packed">
        {can('reporting.obligations.read') && user.staff && !isOutside && <Obligations />}
        {can('contract.agreements.review') && <Approvals />}
        {can('reporting.obligations.review') && <Submitted />}
        {can('dealer.visits.read') && <Visits mine={can('dealer.visits.report')} />}
        {can('dealer.visits.plan') && <Reminders />}
        {can('serviceticket.tickets.read') && <Tickets />}
      </div>
    </Page>
  );
}
