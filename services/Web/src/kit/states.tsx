import { Button } from 'antd';
import type { ReactNode } from 'react';
import { CallFailed } from '../api/problem';
import { texts, useTexts } from './texts';

const words = texts({
  forbidden: ['没有权限', 'No permission'],
  forbiddenHint: ['您没有查看这些内容的权限。如有需要，请联系管理员。', 'You may not see this. Ask your administrator if you need it.'],
  notFound: ['没有找到', 'Not found'],
  notFoundHint: ['它不存在，或不在您的管辖范围内。', 'It does not exist, or is outside of what you look after.'],
  away: ['暂时连接不上服务器', 'Qudao cannot be reached'],
  awayHint: ['恢复后会自动继续。', 'This goes on by itself when it is back.'],
  failed: ['加载失败', 'This could not be loaded'],
  again: ['重试', 'Try again'],
  trace: ['编号', 'Trace id'],
  loading: ['正在加载', 'Loading'],
});

/** What stands where something would be, in words. */
export function State({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="state" role="status">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** While something is loaded for the first time. */
export function Loading({ lines = 4 }: { lines?: number }) {
  const t = useTexts(words);
  return (
    <div className="bars" role="status">
      <span className="only-read">{t.loading}</span>
      {Array.from({ length: lines }, (_, line) => (
        <i key={line} style={{ width: `${92 - ((line * 17) % 40)}%` }} />
      ))}
    </div>
  );
}

/** Why something could not be loaded. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const t = useTexts(words);
  const failed = error instanceof CallFailed ? error : undefined;
  if (failed?.isForbidden) return <State title={t.forbidden}>{t.forbiddenHint}</State>;
  if (failed?.isNotFound) return <State title={t.notFound}>{t.notFoundHint}</State>;
  if (failed?.isUnreachable) return <State title={t.away}>{t.awayHint}</State>;
  return (
    <State title={t.failed}>
      <p>{error instanceof Error ? error.message : String(error)}</p>
      {failed?.problem?.traceId && (
        <p className="muted">
          {t.trace} {failed.problem.traceId}
        </p>
      )}
      {retry && <Button onClick={retry}>{t.again}</Button>}
    </State>
  );
}

export function NoPermission() {
  const t = useTexts(words);
  return <State title={t.forbidden}>{t.forbiddenHint}</State>;
}

export function NotFound() {
  const t = useTexts(words);
  return <State title={t.notFound}>{t.notFoundHint}</State>;
}

interface Loaded<T> {
  data: T | undefined;
  error: unknown;
  refetch: () => unknown;
}

/** Shows what was loaded; before that, or when it failed, what there is to say. Old content stays while new is asked for. */
export function Shown<T>({ of, lines, children }: { of: Loaded<T>; lines?: number; children: (data: T) => ReactNode }) {
  if (of.data !== undefined) return children(of.data);
  if (of.error) return <Failure error={of.error} retry={() => void of.refetch()} />;
  return <Loading lines={lines} />;
}
