import { Alert, Button, Drawer } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { askRaw, download, newRequestId, type Schemas } from '../../api/client';
import { queries } from '../../api/queries';
import { MonthPicker } from '../../kit/date';
import { count, number, today } from '../../kit/formats';
import { OperationProgress, useOperation } from '../../kit/operation';
import { useSettings } from '../../kit/settings';
import { useTexts } from '../../kit/texts';
import { networkTexts } from './texts';

/** What an import found, as the operation's result has it. */
interface Result {
  month?: string;
  created?: string;
  updated?: string;
  unchanged?: string;
  errorCount?: string;
  errors?: { row?: number; column?: string; messageZh?: string; messageEn?: string; sheet?: string }[];
  dryRun?: boolean;
}

/** Imports a survey: first a check that changes nothing, with every fault, then the import itself. */
export function SurveyImport({ month: initial, onClose }: { month: string; onClose: () => void }) {
  const t = useTexts(networkTexts);
  const [file, setFile] = useState<File | null>(null);
  const [month, setMonth] = useState(initial);
  const [operation, setOperation] = useState<string>();
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);
  const chooser = useRef<HTMLInputElement>(null);
  const state = useOperation(operation);
  const done = state.data?.done ?? false;
  const error = state.data?.error?.message;
  const result = done && !error ? (JSON.parse(state.data?.resultJson || '{}') as Result) : undefined;
  const running = operation !== undefined && !done;

  useEffect(() => {
    if (result && !result.dryRun) {
      void queries.invalidateQueries({ queryKey: ['surveys'] });
      void queries.invalidateQueries({ queryKey: ['partners'] });
    }
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [done]);

  const start = async (dryRun: boolean) => {
    if (!file) return;
    setBusy(true);
    setFailure('');
    try {
      const query = new URLSearchParams({ month, dryRun: String(dryRun), requestId: newRequestId() });
      const type = file.name.toLowerCase().endsWith('.csv') ? 'text/csv' : 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
      const answer = await askRaw(`/v1/surveys:import?${query}`, { method: 'POST', headers: { 'Content-Type': type }, body: file });
      setOperation(((await answer.json()) as Schemas['common.Operation']).name);
    } catch (fault) {
      setFailure(fault instanceof Error ? fault.message : String(fault));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Drawer
      open
      title={t.importTitle}
      onClose={onClose}
      size={Math.min(720, window.innerWidth)}
      mask={{ closable: false }}
      footer={
        <div style={{ display: 'flex', gap: 8, justifyContent: 'flex-end' }}>
          <Button onClick={onClose}>{t.close}</Button>
          <Button disabled={!file || running} loading={busy} onClick={() => void start(true)}>
            {t.check}
          </Button>
          <Button type="primary" disabled={!file || running || !result?.dryRun} onClick={() => void start(false)}>
            {t.importNow}
          </Button>
        </div>
      }
    >
      <div style={{ display: 'grid', gap: 14 }}>
        <p className="muted">{t.importHint}</p>
        <div className="filters">
          <input
            ref={chooser}
            type="file"
            accept=".xlsx,.csv"
            hidden
            aria-label={t.choose}
            onChange={event => {
              setFile(event.target.files?.[0] ?? null);
              setOperation(undefined);
            }}
          />
          <Button onClick={() => chooser.current?.click()}>{t.choose}</Button>
          <span>{file?.name}</span>
          <MonthPicker label={t.month} value={month} allowClear={false} disabled={one => one > today().slice(0, 7)} onChange={next => setMonth(next ?? initial)} />
        </div>
        {failure !== '' && <Alert type="error" role="alert" title={failure} />}
        {running && <OperationProgress operation={state.data} label={t.importing} />}
        {error && <Alert type="error" role="alert" title={t.lost} description={error} />}
        {result && <Outcome result={result} operation={operation!} />}
      </div>
    </Drawer>
  );
}

function Outcome({ result, operation }: { result: Result; operation: string }) {
  const t = useTexts(networkTexts);
  const { lang } = useSettings();
  const errors = result.errors ?? [];
  return (
    <>
      <Alert type={number(result.errorCount) > 0 ? 'warning' : 'success'} title={result.dryRun ? t.checked : t.imported} />
      <div className="figures">
        {(
          [
            [t.created, result.created],
            [t.changed, result.updated],
            [t.unchanged, result.unchanged],
            [t.errors, result.errorCount],
          ] as const
        ).map(([title, value]) => (
          <div className="figure" key={title}>
            <span>{title}</span>
            <b>{count(value ?? 0)}</b>
          </div>
        ))}
      </div>
      {errors.length > 0 && (
        <>
          <div className="filters">
            <Button onClick={() => void download(`/v1/${operation}/surveyRows:export?requestId=${newRequestId()}`, 'survey-errors.xlsx')}>{t.errorSheet}</Button>
            <span className="muted">{t.moreErrors(count(result.errorCount))}</span>
          </div>
          <table className="versions">
            <thead>
              <tr>
                <th scope="col">{t.row}</th>
                <th scope="col">{t.column}</th>
                <th scope="col">{t.fault}</th>
              </tr>
            </thead>
            <tbody>
              {errors.slice(0, 200).map((error, index) => (
                <tr key={index}>
                  <td className="num">{error.row}</td>
                  <td>{error.column}</td>
                  <td>{lang === 'en' ? error.messageEn : error.messageZh}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </>
  );
}
