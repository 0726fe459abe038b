import { Input } from 'antd';
import { Link } from 'react-router';
import { askRaw, type Schemas } from '../../api/client';
import { minute } from '../../kit/formats';
import { Page } from '../../kit/page';
import { Rows, type Column } from '../../kit/table';
import { useTexts } from '../../kit/texts';
import { useFilters } from '../../kit/url';
import { StateTag } from '../../kit/words';
import { accessAction } from '../../words/access';
import { accessTexts } from './accessTexts';

type Entry = Schemas['common.AuditEntry'];

/** Resources that have a screen of their own. */
const SCREENS = /^(users|apiClients|webhookEndpoints)\/[^/]+$/;

/** Who came in, who was refused, and who changed what somebody may do; newest first. */
export default function AccessAuditPage() {
  const t = useTexts(accessTexts);
  const [{ resource }, change] = useFilters('resource');
  const columns: Column<Entry>[] = [
    { key: 'time', title: t.time, width: 150, phone: 'end', render: row => <span className="num">{minute(row.time)}</span> },
    { key: 'action', title: t.action, width: 180, phone: 'title', render: row => <StateTag of={accessAction} value={row.action} /> },
    { key: 'actor', title: t.actor, width: 150, render: row => row.actorName || row.actor || '–' },
    { key: 'source', title: t.source, width: 150, render: row => <span className="num">{row.source || '–'}</span> },
    { key: 'resource', title: t.resource, width: 310, phone: 'none', render: row => (SCREENS.test(row.resource ?? '') ? <Link to={`/${row.resource}`}>{row.resource}</Link> : <code>{row.resource}</code>) },
    { key: 'data', title: t.data, phone: 'none', render: row => <code title={row.detailJson}>{row.detailJson}</code> },
  ];
  return (
    <Page title={t.audit} about={t.auditAbout} fill>
      <Rows<Entry>
        label={t.audit}
        queryKey={['audit', 'gateway', resource]}
        load={async ({ pageSize, pageToken }, signal) => {
          const query = new URLSearchParams({ pageSize: String(pageSize), pageToken, ...(resource ? { resource } : {}) });
          const answer = (await (await askRaw(`/v1/gateway/auditEntries?${query}`, { signal })).json()) as Schemas['common.ListAuditEntriesResponse'];
          return { rows: answer.auditEntries ?? [], nextPageToken: answer.nextPageToken };
        }}
        columns={columns}
        rowKey={row => row.id!}
        filters={<Input.Search aria-label={t.searchResource} placeholder={t.searchResource} allowClear style={{ width: 'min(340px, 100%)' }} defaultValue={resource} onSearch={next => change({ resource: next.trim() })} />}
      />
    </Page>
  );
}
