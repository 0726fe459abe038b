import { Button, Upload } from 'antd';
import { useState } from 'react';
import { api, ask, askRaw, download, newRequestId, type Schemas } from '../../api/client';
import { useCaller } from '../../kit/caller';
import { DayPicker } from '../../kit/date';
import { addDays, today } from '../../kit/formats';
import { PartnerPicker, useStaff } from '../../kit/names';
import { OperationProgress, useOperation } from '../../kit/operation';
import { Page, Panel, Tag } from '../../kit/page';
import { Rows, type Column } from '../../kit/table';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { useFilters } from '../../kit/url';
import { Link } from 'react-router';
import { planTexts } from './texts';

type Hole = Schemas['reporting.SalesHole'];

const DAYS_BACK = 6;

/** Which partners reported nothing on which days, and the file with which it is made good. */
export default function HolesPage() {
  const t = useTexts(planTexts);
  const { can } = useCaller();
  const staff = useStaff();
  const [filters, change] = useFilters('from', 'to', 'partner');
  const [operation, setOperation] = useState<string>();
  const to = filters.to || today();
  const from = filters.from || addDays(to, -DAYS_BACK);

  const importFile = async (file: File) => {
    try {
      const response = await askRaw(`/v1/dailySales:import?requestId=${newRequestId()}`, { method: 'POST', headers: { 'Content-Type': file.type || 'application/octet-stream' }, body: file });
      setOperation(((await response.json()) as Schemas['common.Operation']).name);
    } catch (fault) {
      toast(fault instanceof Error ? fault.message : String(fault));
    }
  };

  const columns: Column<Hole>[] = [
    { key: 'partner', title: t.partner, phone: 'title', sort: row => row.partnerName ?? '', render: row => <Link to={`/${row.partner}`}>{row.partnerName}</Link> },
    { key: 'day', title: t.day, width: 130, phone: 'end', sort: row => row.day ?? '', render: row => <span className="num">{row.day}</span> },
    { key: 'assignee', title: t.assignee, width: 140, render: row => staff.nameOf(row.assignee) || '–' },
  ];
  return (
    <Page
      title={t.holes}
      fill
      actions={
        can('reporting.sales.import') && (
          <Upload accept=".xlsx,.csv" showUploadList={false} beforeUpload={file => (void importFile(file), false)}>
            <Button>{t.importFile}</Button>
          </Upload>
        )
      }
    >
      {operation && <ImportOutcome name={operation} />}
      <Rows<Hole>
        label={t.holes}
        queryKey={['sales-holes', from, to, filters.partner]}
        load={async (page, signal) => {
          const answer = await ask(api.GET('/v1/dailySales:holes', { params: { query: { ...page, from, to, partner: filters.partner || undefined } }, signal }));
          return { rows: answer.holes ?? [], nextPageToken: answer.nextPageToken };
        }}
        columns={columns}
        rowKey={row => `${row.partner}${row.day}`}
        filters={
          <>
            <DayPicker label={t.from} value={from} allowClear={false} onChange={next => change({ from: next })} />
            <DayPicker label={t.to} value={to} allowClear={false} onChange={next => change({ to: next })} />
            <PartnerPicker label={t.partner} placeholder={t.partner} style={{ width: 260 }} value={filters.partner} onChange={next => change({ partner: next })} />
          </>
        }
      />
    </Page>
  );
}

/** How far the file is, what became of it, and the rows that were refused, to be mended. */
function ImportOutcome({ name }: { name: string }) {
  const t = useTexts(planTexts);
  const { data } = useOperation(name);
  if (!data?.done) return <Panel><OperationProgress operation={data} label={t.importing} /></Panel>;
  return (
    <Panel>
      <p role="status">
        <Tag tone={data.error ? 'bad' : 'good'}>{data.error ? t.importFailed : t.importDone}</Tag> {data.error?.message}
        <Outcome json={data.resultJson} />
        <Button size="small" onClick={() => void download(`/v1/${name}/salesRows:export`, 'refused.xlsx').catch(fault => toast(String(fault.message)))}>{t.refusedRows}</Button>
      </p>
    </Panel>
  );
}

function Outcome({ json }: { json: string | undefined }) {
  let result: Record<string, unknown> = {};
  try {
    result = JSON.parse(json || '{}') as Record<string, unknown>;
  } catch {
    return null;
  }
  const told = Object.entries(result).filter(([, value]) => typeof value === 'number' || typeof value === 'string');
  return <span className="num" style={{ margin: '0 10px' }}>{told.map(([key, value]) => `${key} ${String(value)}`).join(' · ')}</span>;
}
