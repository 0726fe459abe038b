import { Button } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { Link } from 'react-router';
import { useCaller } from '../../kit/caller';
import { useOrganisations } from '../../kit/names';
import { Facts, Page, Panel } from '../../kit/page';
import { useRole } from '../../kit/roles';
import { useTexts } from '../../kit/texts';
import { SecondFactor } from './SecondFactor';
import { Sessions } from './Sessions';
import { accountTexts } from './texts';

const ChangePassword = lazy(() => import('../../app/ChangePassword'));

/** What belongs to whoever is signed in: password, second factor, sessions, how he is told. */
export default function AccountPage() {
  const t = useTexts(accountTexts);
  const { user, can } = useCaller();
  const role = useRole();
  const { nameOf } = useOrganisations();
  const [changing, setChanging] = useState(false);
  return (
    <Page title={t.title}>
      <Panel title={t.me}>
        <Facts rows={[[t.login, user.login], [t.name, user.displayName], [t.organisation, nameOf(user.organisation)], [t.roles, (user.roles ?? []).map(role).join('、')]]} />
      </Panel>
      <div className="grid">
        <SecondFactor />
        <Panel title={t.password}>
          <p className="muted" style={{ marginBottom: 12 }}>{t.passwordAbout}</p>
          <Button onClick={() => setChanging(true)}>{t.changePassword}</Button>
        </Panel>
        {can('reporting.notifications.update') && (
          <Panel title={t.notifications}>
            <p className="muted" style={{ marginBottom: 12 }}>{t.notificationsAbout}</p>
            <Link to="/notifications?preferences=open">{t.choose}</Link>
          </Panel>
        )}
      </div>
      <Sessions />
      <Suspense>{changing && <ChangePassword open onClose={() => setChanging(false)} />}</Suspense>
    </Page>
  );
}
