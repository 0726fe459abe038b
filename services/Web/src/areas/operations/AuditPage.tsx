import { Input, Select } from 'antd';
import type { Schemas } from '../../api/client';
import { minute } from '../../kit/formats';
import { useCaller } from '../../kit/caller';
import { Page } from '../../kit/page';
import { Rows, type Column } from '../../kit/table';
import { usePair, useTexts } from '../../kit/texts';
import { useFilters } from '../../kit/url';
import { listOf, serviceIds, services } from './services';
import { operationsTexts } from './texts';

type Entry = Schemas['common.AuditEntry'];

/** Who did what to which record, service by service, newest first. */
export default function AuditPage() {
  const t = useTexts(operationsTexts);
  const say = usePair();
  const { can } = useCaller();
  const [filters, change] = useFilters('service', 'resource');
  const service = filters.service || 'dealer';
  const columns: Column<Entry>[] = [
    { key: 'time', title: t.time, width: 150, phone: 'end', render: row => <span className="num">{minute(row.time)}</span> },
    { key: 'actor', title: t.actor, width: 130, render: row => row.actorName || row.actor || '–' },
    { key: 'action', title: t.action, width: 190, phone: 'title', render: row => <code>{row.action}</code> },
    { key: 'resource', title: t.resource, width: 330, phone: 'none', render: row => <code>{row.resource}</code> },
    { key: 'content', title: t.content, phone: 'none', render: row => <code title={row.detailJson}>{row.detailJson}</code> },
  ];
  return (
    <Page title={t.audit} fill>
      <Rows<Entry>
        label={t.audit}
        queryKey={['audit', service, filters.resource]}
        load={async ({ pageSize, pageToken }, signal) => {
          const answer = await listOf(service, 'auditEntries', { pageSize: String(pageSize), pageToken, ...(filters.resource ? { resource: filters.resource } : {}) }, signal);
          return { rows: answer.auditEntries ?? [], nextPageToken: answer.nextPageToken };
        }}
        columns={columns}
        rowKey={row => row.id!}
        filters={
          <>
            <Select aria-label={t.service} style={{ width: 150 }} options={serviceIds.filter(id => can(`${id}.audit.read`)).map(id => ({ value: id, label: say(services[id]) }))} value={service} onChange={next => change({ service: next })} />
            <Input.Search aria-label={t.searchResource} placeholder={t.searchResource} allowClear style={{ width: 'min(340px, 100%)' }} defaultValue={filters.resource} onSearch={resource => change({ resource: resource.trim() })} />
          </>
        }
      />
    </Page>
  );
}
