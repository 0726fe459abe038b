import { Button } from 'antd';
import { useEffect, useState } from 'react';
import { api, ask, askRaw, download, newRequestId, type Schemas } from '../../api/client';
import { queries, useLoad } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { Confirm } from '../../kit/confirm';
import { minute, number } from '../../kit/formats';
import { OperationProgress, useOperation } from '../../kit/operation';
import { Page, Panel, Tag } from '../../kit/page';
import { PlainTable } from '../../kit/plain';
import { Shown } from '../../kit/states';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { operationsTexts } from './texts';

type Backup = Schemas['gateway.Backup'];

const MEBI = 1024 * 1024;
const idOf = (backup: Backup) => backup.name!.split('/').at(-1)!;
const megabytes = (bytes: number) => `${(bytes / MEBI).toFixed(1)} MB`;

/** The backups there are; one is taken while people work. */
export default function BackupsPage() {
  const t = useTexts(operationsTexts);
  const { can } = useCaller();
  const [begun, setBegun] = useState<string>();
  const [failure, setFailure] = useState('');
  const load = useLoad(['backups'], signal => ask(api.GET('/v1/backups', { params: { query: { pageSize: 200 } }, signal })));

  const begin = async () => {
    setFailure('');
    try {
      setBegun((await ask(api.POST('/v1/backups', { body: { requestId: newRequestId() } }))).name);
    } catch (fault) {
      setFailure(fault instanceof Error ? fault.message : String(fault));
    }
  };
  return (
    <Page
      title={t.backups}
      actions={
        can('gateway.backups.create') && (
          <Button type="primary" disabled={begun !== undefined} onClick={() => void begin()}>
            {t.backUp}
          </Button>
        )
      }
    >
      {failure !== '' && (
        <p className="bad" role="alert">
          {failure}
        </p>
      )}
      {begun !== undefined && <Running key={begun} name={begun} onDone={() => setBegun(undefined)} onFailed={setFailure} />}
      <Panel title={t.backups} more={<span className="muted">{t.backupsAbout}</span>} bare>
        <Shown of={load} lines={3}>
          {({ backups }) => <Table rows={backups ?? []} />}
        </Shown>
      </Panel>
    </Page>
  );
}

function Running({ name, onDone, onFailed }: { name: string; onDone: () => void; onFailed: (why: string) => void }) {
  const t = useTexts(operationsTexts);
  const { data } = useOperation(name);
  const [done, failure] = [data?.done ?? false, data?.error?.message];
  useEffect(() => {
    if (!done) return;
    if (failure !== undefined) onFailed(failure);
    else toast(t.backedUp);
    void queries.invalidateQueries({ queryKey: ['backups'] });
    onDone();
  }, [done, failure, onDone, onFailed, t]);
  return (
    <Panel title={t.backingUp}>
      <OperationProgress operation={data} label={t.backingUp} />
    </Panel>
  );
}

function Table({ rows }: { rows: readonly Backup[] }) {
  const t = useTexts(operationsTexts);
  const { can } = useCaller();
  const [asked, setAsked] = useState<{ backup: Backup; what: 'download' | 'remove' }>();
  return (
    <>
      <PlainTable<Backup>
        label={t.backups}
        rows={rows}
        rowKey={idOf}
        empty={t.noBackups}
        columns={[
          { key: 'time', title: t.time, heads: true, render: row => <span className="num">{minute(row.createTime)}</span> },
          { key: 'by', title: t.by, render: row => <Tag tone="plain">{row.scheduled ? t.byClock : t.byHand}</Tag> },
          { key: 'size', title: t.size, align: 'right', render: row => megabytes(number(row.sizeBytes)) },
          {
            key: 'actions',
            title: <span className="only-read">{t.download}</span>,
            render: row => (
              <span className="row-actions">
                {can('gateway.backups.download') && (
                  <button type="button" className="link" onClick={() => setAsked({ backup: row, what: 'download' })}>
                    {t.download}
                  </button>
                )}
                {can('gateway.backups.delete') && (
                  <button type="button" className="link" onClick={() => setAsked({ backup: row, what: 'remove' })}>
                    {t.remove}
                  </button>
                )}
              </span>
            ),
          },
        ]}
      />
      {asked?.what === 'download' && (
        <Confirm title={`${t.download} ${minute(asked.backup.createTime)}`} about={t.downloadAbout} label={t.download} onClose={() => setAsked(undefined)} run={() => download(`/v1/${asked.backup.name}:download`, `qudao-${idOf(asked.backup)}.zip`)} />
      )}
      {asked?.what === 'remove' && (
        <Confirm
          danger
          title={`${t.remove} ${minute(asked.backup.createTime)}`}
          label={t.remove}
          onClose={() => setAsked(undefined)}
          run={async () => {
            await askRaw(`/v1/${asked.backup.name}`, { method: 'DELETE' });
            toast(t.removed);
            await queries.invalidateQueries({ queryKey: ['backups'] });
          }}
        />
      )}
    </>
  );
}
