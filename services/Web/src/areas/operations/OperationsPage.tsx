import { useState } from 'react';
import { api, ask, askRaw, type Schemas } from '../../api/client';
import { queries, useLoad } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { count, minute, number } from '../../kit/formats';
import { Page, Panel, Tag } from '../../kit/page';
import { PlainTable } from '../../kit/plain';
import { ReasonDialog } from '../../kit/reason';
import { Shown } from '../../kit/states';
import { usePair, useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { listOf, serviceIds, services, statusOf, type Service } from './services';
import { operationsTexts } from './texts';

const SOON_MS = 10_000;
const LATE_SECONDS = 60;
const HQ = '/hq/';

/** Whether all runs: services, how far reporting is behind them, what got stuck, and long work. */
export default function OperationsPage() {
  const t = useTexts(operationsTexts);
  const { user } = useCaller();
  // What is between the services is no centre's: the server tells it to HQ alone.
  const isHq = user.scopePath === HQ;
  return (
    <Page title={t.title}>
      <div className="grid">
        <Health />
        {isHq && <Lag />}
      </div>
      {isHq && <Standing />}
      {isHq && <Parked />}
      <Jobs />
    </Page>
  );
}

function Health() {
  const t = useTexts(operationsTexts);
  const say = usePair();
  const load = useLoad(
    ['health'],
    async signal => {
      const response = await fetch('/readyz', { signal, cache: 'no-store' });
      return { ready: response.ok, said: (await response.text()).slice(0, 300) };
    },
    { refetchInterval: SOON_MS },
  );
  const named = (said: string) => serviceIds.filter(id => said.toLowerCase().includes(id));
  return (
    <Panel title={t.health}>
      <Shown of={load} lines={2}>
        {({ ready, said }) => (
          <p role="status">
            <Tag tone={ready ? 'good' : 'bad'}>{ready ? t.ready : t.notReady}</Tag>{' '}
            {ready ? serviceIds.map(id => say(services[id])).join('、') : named(said).map(id => say(services[id])).join('、') || said}
          </p>
        )}
      </Shown>
    </Panel>
  );
}

function Lag() {
  const t = useTexts(operationsTexts);
  const say = usePair();
  const load = useLoad(['projection-lag'], signal => ask(api.GET('/v1/projections:lag', { signal })), { refetchInterval: SOON_MS });
  const nameOf = (source: string | undefined) => (source && source in services ? say(services[source as Service]) : (source ?? ''));
  return (
    <Panel title={t.lag} bare>
      <Shown of={load} lines={3}>
        {({ sources }) => (
          <PlainTable<Schemas['reporting.ProjectionLag.Source']>
            label={t.lag}
            rows={sources ?? []}
            rowKey={row => row.source ?? ''}
            columns={[
              { key: 'source', title: t.source, heads: true, render: row => nameOf(row.source) },
              { key: 'seconds', title: t.seconds, align: 'right', render: row => count(row.lagSeconds ?? 0) },
              { key: 'waiting', title: t.waiting, align: 'right', render: row => count(row.waiting ?? 0) },
              { key: 'state', title: t.state, render: row => <Tag tone={row.complete && number(row.lagSeconds) < LATE_SECONDS ? 'good' : 'warn'}>{row.complete ? t.complete : t.catchingUp}</Tag> },
            ]}
          />
        )}
      </Shown>
    </Panel>
  );
}

type StatusRow = Schemas['common.ServiceStatus'] & { id: Service };

function Standing() {
  const t = useTexts(operationsTexts);
  const say = usePair();
  const { can } = useCaller();
  const allowed = can('gateway.status.read');
  const load = useLoad(['service-status'], signal => Promise.all(serviceIds.map(async (id): Promise<StatusRow> => ({ ...(await statusOf(id, signal)), id }))), {
    enabled: allowed,
    refetchInterval: SOON_MS,
  });
  if (!allowed) return null;
  return (
    <Panel title={t.standing} bare>
      <Shown of={load} lines={4}>
        {rows => (
          <PlainTable<StatusRow>
            label={t.standing}
            rows={rows}
            rowKey={row => row.id}
            columns={[
              { key: 'service', title: t.service, heads: true, render: row => say(services[row.id]) },
              { key: 'version', title: t.version, render: row => row.version },
              { key: 'database', title: t.database, render: row => row.database },
              { key: 'waiting', title: t.undelivered, align: 'right', render: row => count(row.outboxWaiting ?? 0) },
              { key: 'oldest', title: t.seconds, align: 'right', render: row => count(row.outboxOldestSeconds ?? 0) },
              { key: 'retrying', title: t.retrying, align: 'right', render: row => count(row.retryingMessages ?? 0) },
              { key: 'parked', title: t.parkedCount, align: 'right', render: row => <span className={number(row.parkedMessages) > 0 ? 'bad' : ''}>{count(row.parkedMessages ?? 0)}</span> },
              { key: 'jobs', title: t.openJobs, align: 'right', render: row => count(row.openOperations ?? 0) },
              { key: 'schema', title: t.schema, render: row => <details><summary>{count(row.migrations?.length ?? 0)}</summary>{row.migrations?.map(one => <div key={one.name}><code>{one.name}</code> {minute(one.applyTime)}</div>)}</details> },
            ]}
          />
        )}
      </Shown>
    </Panel>
  );
}

type ParkedRow = Schemas['common.ParkedMessage'] & { service: Service };
type JobRow = Schemas['common.Operation'] & { service: Service };

function Parked() {
  const t = useTexts(operationsTexts);
  const say = usePair();
  const { can } = useCaller();
  const allowed = serviceIds.filter(id => can(`${id}.parked.read`));
  const [dropped, setDropped] = useState<ParkedRow>();
  const load = useLoad(
    ['parked'],
    async signal => {
      const pages = await Promise.all(allowed.map(async service => ((await listOf(service, 'parkedMessages', { pageSize: '200' }, signal)).parkedMessages ?? []).map((one): ParkedRow => ({ ...one, service }))));
      return pages.flat();
    },
    { enabled: allowed.length > 0, refetchInterval: SOON_MS },
  );
  const replay = async (row: ParkedRow) => {
    try {
      await askRaw(`/v1/${row.service}/parkedMessages/${row.name!.split('/').at(-1)}:replay`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' });
      toast(t.replayed);
    } catch (fault) {
      toast(fault instanceof Error ? fault.message : String(fault));
    }
    void queries.invalidateQueries({ queryKey: ['parked'] });
  };
  const drop = async (row: ParkedRow, reason: string) => {
    await askRaw(`/v1/${row.service}/parkedMessages/${row.name!.split('/').at(-1)}:drop`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ reason }) });
    toast(t.dropped);
    await queries.invalidateQueries({ queryKey: ['parked'] });
  };
  if (allowed.length === 0) return null;
  return (
    <>
    <Panel title={t.parked} more={<span className="muted">{t.parkedAbout}</span>} bare>
      <Shown of={load} lines={2}>
        {rows => (
          <PlainTable<ParkedRow>
            label={t.parked}
            rows={rows}
            rowKey={row => `${row.service}${row.name}${row.consumer}`}
            empty={t.none}
            columns={[
              { key: 'service', title: t.service, heads: true, render: row => say(services[row.service]) },
              { key: 'type', title: t.type, render: row => <code>{row.type}</code> },
              { key: 'consumer', title: t.consumer, render: row => row.consumer },
              { key: 'attempts', title: t.attempts, align: 'right', render: row => count(row.attempts ?? 0) },
              { key: 'error', title: t.error, render: row => row.lastError },
              { key: 'time', title: t.time, align: 'nowrap', render: row => <span className="num">{minute(row.receiveTime)}</span> },
              { key: 'content', title: t.content, render: row => <details><summary>{t.content}</summary><code style={{ overflowWrap: 'anywhere' }}>{row.dataJson}</code></details> },
              { key: 'actions', title: <span className="only-read">{t.replay}</span>, render: row => (
                <span className="row-actions">
                  {can(`${row.service}.parked.replay`) && <button type="button" className="link" onClick={() => void replay(row)}>{t.replay}</button>}
                  {can('gateway.parked.drop') && <button type="button" className="link" onClick={() => setDropped(row)}>{t.drop}</button>}
                </span>
              ) },
            ]}
          />
        )}
      </Shown>
    </Panel>
    {dropped && <ReasonDialog open danger title={t.drop} about={t.dropAbout} saveLabel={t.drop} onClose={() => setDropped(undefined)} submit={reason => drop(dropped, reason)} />}
    </>
  );
}

function Jobs() {
  const t = useTexts(operationsTexts);
  const say = usePair();
  const { can } = useCaller();
  const allowed = serviceIds.filter(id => can(`${id}.operations.read`));
  const load = useLoad(
    ['operations'],
    async signal => {
      const pages = await Promise.all(allowed.map(async service => ((await listOf(service, 'operations', { pageSize: '50' }, signal)).operations ?? []).map((one): JobRow => ({ ...one, service }))));
      return pages.flat().sort((a, b) => (b.createTime ?? '').localeCompare(a.createTime ?? ''));
    },
    { enabled: allowed.length > 0, refetchInterval: SOON_MS },
  );
  const stop = async (row: JobRow) => {
    await askRaw(`/v1/${row.name}:cancel`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' }).catch(fault => toast(String(fault.message)));
    void queries.invalidateQueries({ queryKey: ['operations'] });
  };
  return (
    <Panel title={t.jobs} bare>
      <Shown of={load} lines={3}>
        {rows => (
          <PlainTable<JobRow>
            label={t.jobs}
            rows={rows}
            rowKey={row => row.name!}
            columns={[
              { key: 'kind', title: t.kind, heads: true, render: row => <code>{row.kind}</code> },
              { key: 'service', title: t.service, render: row => say(services[row.service]) },
              { key: 'time', title: t.time, align: 'nowrap', render: row => <span className="num">{minute(row.createTime)}</span> },
              { key: 'progress', title: t.progress, align: 'right', render: row => `${count(row.progressDone ?? 0)} / ${count(row.progressTotal ?? 0)}` },
              { key: 'state', title: t.state, render: row => <Tag tone={row.error ? 'bad' : row.done ? 'good' : 'info'}>{row.error ? t.failed : row.done ? t.done : t.running}</Tag> },
              { key: 'error', title: t.error, render: row => row.error?.message ?? '' },
              { key: 'actions', title: <span className="only-read">{t.stop}</span>, render: row => !row.done && !row.cancelRequested && <button type="button" className="link" onClick={() => void stop(row)}>{t.stop}</button> },
            ]}
          />
        )}
      </Shown>
    </Panel>
  );
}
