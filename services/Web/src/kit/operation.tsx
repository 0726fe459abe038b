import { Button, Progress } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { askRaw, type Schemas } from '../api/client';
import type { CallFailed } from '../api/problem';
import { count, number } from './formats';
import { texts, useTexts } from './texts';

type Operation = Schemas['common.Operation'];

const words = texts({
  stop: ['停止', 'Stop'],
  stopping: ['正在停止', 'Stopping'],
  progress: [(done: string, total: string) => `${done} / ${total}`, (done: string, total: string) => `${done} of ${total}`],
});

const ASK_AGAIN_MS = 400;

/** Follows long work until it is done, over restarts of the server too. */
export function useOperation(name: string | undefined) {
  return useQuery<Operation, CallFailed>({
    queryKey: ['operation', name],
    queryFn: async ({ signal }) => (await (await askRaw(`/v1/${name}`, { signal })).json()) as Operation,
    enabled: name !== undefined,
    refetchInterval: query => (query.state.data?.done ? false : ASK_AGAIN_MS),
  });
}

/** How far it is, and a way to stop it. */
export function OperationProgress({ operation, label }: { operation: Operation | undefined; label: string }) {
  const t = useTexts(words);
  const total = number(operation?.progressTotal);
  const done = number(operation?.progressDone);
  return (
    <div role="status">
      <p>
        {label} {total > 0 && <span className="num muted">{t.progress(count(done), count(total))}</span>}
      </p>
      <Progress percent={total > 0 ? Math.floor((100 * done) / total) : 0} status="active" aria-label={label} />
      {operation && (
        <Button
          size="small"
          disabled={operation.cancelRequested ?? false}
          onClick={() => void askRaw(`/v1/${operation.name}:cancel`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' })}
        >
          {operation.cancelRequested ? t.stopping : t.stop}
        </Button>
      )}
    </div>
  );
}
