import { Select } from 'antd';
import type { Schemas } from '../../api/client';
import { count, minute } from '../../kit/formats';
import { Page } from '../../kit/page';
import { Rows, type Column } from '../../kit/table';
import { usePair, useTexts } from '../../kit/texts';
import { useFilters } from '../../kit/url';
import { listOf, serviceIds, services } from './services';
import { operationsTexts } from './texts';

type Export = Schemas['common.PersonalExport'];

/** Who took personal data out as a file, over what filter, how many rows: service by service, newest first. */
export default function ExportsPage() {
  const t = useTexts(operationsTexts);
  const say = usePair();
  const [filters, change] = useFilters('service');
  const service = filters.service || 'dealer';
  const columns: Column<Export>[] = [
    { key: 'time', title: t.time, width: 150, phone: 'end', render: row => <span className="num">{minute(row.time)}</span> },
    { key: 'who', title: t.who, width: 130, phone: 'title', render: row => row.actorName || row.actor || '–' },
    { key: 'what', title: t.what, width: 200, render: row => <code>{row.action}</code> },
    { key: 'rows', title: t.rows, width: 90, align: 'right', render: row => count(row.rows ?? 0) },
    { key: 'filter', title: t.filter, phone: 'none', render: row => <code title={row.filterJson}>{row.filterJson}</code> },
    { key: 'from', title: t.from, width: 150, phone: 'none', render: row => <code>{row.source}</code> },
  ];
  return (
    <Page title={t.exports} fill>
      <Rows<Export>
        label={t.exports}
        queryKey={['personal-exports', service]}
        load={async ({ pageSize, pageToken }, signal) => {
          const answer = await listOf(service, 'personalExports', { pageSize: String(pageSize), pageToken }, signal);
          return { rows: answer.personalExports ?? [], nextPageToken: answer.nextPageToken };
        }}
        columns={columns}
        rowKey={row => row.id!}
        filters={
          <Select aria-label={t.service} style={{ width: 150 }} options={serviceIds.map(id => ({ value: id, label: say(services[id]) }))} value={service} onChange={next => change({ service: next })} />
        }
      />
    </Page>
  );
}
