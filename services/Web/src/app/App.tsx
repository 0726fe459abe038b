import { QueryClientProvider } from '@tanstack/react-query';
import { ConfigProvider } from 'antd';
import en from 'antd/locale/en_US';
import zh from 'antd/locale/zh_CN';
import { lazy, Suspense, useMemo } from 'react';
import { createBrowserRouter, RouterProvider } from 'react-router';
import { areas } from '../areas';
import { api, ask } from '../api/client';
import { queries, useLoad } from '../api/queries';
import { useSession } from '../api/session';
import { callerOf, CallerContext, useCaller } from '../kit/caller';
import type { Screen } from '../kit/area';
import { isDark, useSettings } from '../kit/settings';
import { Failure, Loading, NoPermission, NotFound } from '../kit/states';
import { FrameFailed } from './ErrorBoundary';
import { Frame } from './Frame';
import SignIn from './SignIn';
import { themeOf } from './theme';

const Verify = lazy(() => import('./Verify'));

/** Whoever holds a certificate in his hands may check it, signed in or not. */
const isVerifying = () => /^\/verify(\/|$)/.test(window.location.pathname);

function screenOf({ path, load, permission }: Screen) {
  const Content = lazy(load);
  const Guarded = () => {
    const caller = useCaller();
    return permission === undefined || caller.can(permission) ? <Content /> : <NoPermission />;
  };
  return { path, Component: Guarded };
}

const router = createBrowserRouter([
  { Component: Frame, ErrorBoundary: FrameFailed, children: [...areas.flatMap(area => area.screens).map(screenOf), { path: '*', Component: NotFound }] },
]);

/** The console for who is signed in. When the session ends, signing in comes over it and everything below stays as it is. */
function Inside() {
  const { expired } = useSession();
  const me = useLoad(['me'], signal => ask(api.GET('/v1/me', { signal })));
  const caller = useMemo(() => me.data && callerOf(me.data), [me.data]);
  if (!caller) return expired ? <SignIn again /> : me.isError ? <Failure error={me.error} retry={() => void me.refetch()} /> : <Loading />;
  return (
    <CallerContext value={caller}>
      <div inert={expired}>
        <RouterProvider router={router} />
      </div>
      {expired && (
        <div style={{ position: 'fixed', inset: 0, zIndex: 3000, overflow: 'auto' }}>
          <SignIn again />
        </div>
      )}
    </CallerContext>
  );
}

export function App() {
  const settings = useSettings();
  const { token } = useSession();
  const dark = isDark(settings.theme);
  const theme = useMemo(() => themeOf(dark), [dark]);
  return (
    <ConfigProvider theme={theme} locale={settings.lang === 'en' ? en : zh} button={{ autoInsertSpace: false }}>
      <QueryClientProvider client={queries}>{isVerifying() ? <Suspense fallback={<Loading />}><Verify /></Suspense> : token === null ? <SignIn /> : <Inside />}</QueryClientProvider>
    </ConfigProvider>
  );
}
