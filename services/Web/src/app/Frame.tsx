import { MenuOutlined, UserOutlined } from '@ant-design/icons';
import { Alert, Button, Drawer, Dropdown } from 'antd';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { Link, Outlet, useLocation, useNavigate } from 'react-router';
import { api, ask } from '../api/client';
import { useReachable } from '../api/connection';
import { queries } from '../api/queries';
import { session } from '../api/session';
import { useCaller } from '../kit/caller';
import { Loading } from '../kit/states';
import { useTexts } from '../kit/texts';
import { Toasts } from '../kit/toast';
import { LanguageButton, ThemeButton } from './Choices';
import { Bell } from './Bell';
import { ErrorBoundary } from './ErrorBoundary';
import { Menu } from './Menu';
import { frameTexts } from './texts';

const ChangePassword = lazy(() => import('./ChangePassword'));

async function signOut() {
  await ask(api.DELETE('/v1/sessions/current')).catch(() => undefined);
  session.end();
  queries.clear();
}

/** What stands around every screen: product, menu, language, appearance, account. */
export function Frame() {
  const t = useTexts(frameTexts);
  const { user } = useCaller();
  const reachable = useReachable();
  const { pathname } = useLocation();
  const go = useNavigate();
  const [menuOpen, setMenuOpen] = useState(false);
  const [changing, setChanging] = useState(user.passwordTemporary ?? false);
  const main = useRef<HTMLElement>(null);

  // A new screen begins at its top. Scrolling answers with a promise, which is no way to clean up.
  useEffect(() => {
    void main.current?.scrollTo(0, 0);
  }, [pathname]);

  return (
    <div className="frame">
      <a className="skip" href="#main">
        {t.skip}
      </a>
      <header className="top">
        <Button className="menu-button" type="text" aria-label={t.openMenu} icon={<MenuOutlined />} onClick={() => setMenuOpen(true)} />
        <Link className="brand" to="/">
          <img src="/favicon.svg" alt="" />
          <span>
            {t.product} <small>{t.slogan}</small>
          </span>
        </Link>
        <Bell />
        <LanguageButton />
        <ThemeButton />
        <Dropdown
          trigger={['click']}
          menu={{
            items: [
              ...(user.passwordTemporary ? [] : [{ key: 'account', label: t.myAccount, onClick: () => void go('/account') }]),
              { key: 'password', label: t.changePassword, onClick: () => setChanging(true) },
              { key: 'out', label: t.signOut, onClick: () => void signOut() },
            ],
          }}
        >
          <Button type="text" icon={<UserOutlined />} aria-label={`${t.account} ${user.displayName ?? ''}`}>
            <span className="who-name">{user.displayName || user.login}</span>
          </Button>
        </Dropdown>
      </header>
      <div className="side">
        <Menu />
      </div>
      <main className="main" id="main" tabIndex={-1} ref={main}>
        {!reachable && (
          <div className="away" role="alert">
            {t.away}
          </div>
        )}
        {user.passwordTemporary ? (
          // Nothing else is answered until it is changed.
          <Alert banner type="warning" title={t.temporary} action={<Button size="small" type="primary" onClick={() => setChanging(true)}>{t.changePassword}</Button>} />
        ) : (
          <ErrorBoundary key={pathname}>
            <Suspense fallback={<Loading />}>
              <Outlet />
            </Suspense>
          </ErrorBoundary>
        )}
      </main>
      <Drawer open={menuOpen} onClose={() => setMenuOpen(false)} placement="left" size={248} title={t.product} styles={{ body: { padding: 0 } }}>
        <Menu onChosen={() => setMenuOpen(false)} />
      </Drawer>
      <Toasts />
      <Suspense>{changing && <ChangePassword open onClose={() => setChanging(false)} />}</Suspense>
    </div>
  );
}
