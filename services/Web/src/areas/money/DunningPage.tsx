import { Button, Segmented, Select } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { api, ask, download, newRequestId, type Schemas } from '../../api/client';
import { useLoad } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { count, day, idOf, money, number } from '../../kit/formats';
import { OrganisationPicker, StaffPicker, useOrganisations, useStaff } from '../../kit/names';
import { Page, Panel, Tag } from '../../kit/page';
import { PlainTable } from '../../kit/plain';
import { Shown, State } from '../../kit/states';
import { Rows, type Column } from '../../kit/table';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { useFilters } from '../../kit/url';
import { StateTag, useChoices, useWord, type Enum } from '../../kit/words';
import { agingBucket, dunningWay } from '../../words/money';
import { DunDialog } from './DunDialog';
import { moneyTexts } from './texts';

type Overdue = Schemas['contract.OverdueInstalment'];
type Group = Enum<'contract.AgingGroup'>;

/** Stands below the groups; no resource is called so. */
const TOTAL = 'total';

/** What is overdue by age, and the list to work through: whom to ask, and what he said the last time. */
export default function DunningPage() {
  const t = useTexts(moneyTexts);
  const say = useWord();
  const choices = useChoices();
  const { can } = useCaller();
  const [filters, change] = useFilters('bucket', 'salesperson', 'organisation', 'group');
  const [asking, setAsking] = useState<Schemas['contract.Instalment'] | null>(null);
  const columns: Column<Overdue>[] = [
    { key: 'partner', title: t.partner, phone: 'title', sort: row => row.instalment?.partnerName ?? '', render: row => <Link to={`/instalments/${idOf(row.instalment?.name)}`}>{row.instalment?.partnerName}</Link> },
    { key: 'agreement', title: t.agreement, width: 190, phone: 'none', render: row => [row.instalment?.agreementNumber, t.nth(count(row.instalment?.number))].filter(Boolean).join(' · ') },
    { key: 'due', title: t.due, width: 106, sort: row => row.instalment?.dueDate ?? '', render: row => <span className="num">{row.instalment?.dueDate}</span> },
    { key: 'bucket', title: t.bucket, width: 108, phone: 'end', render: row => <StateTag of={agingBucket} value={row.bucket} /> },
    { key: 'open', title: t.open, width: 126, align: 'right', sort: row => number(row.instalment?.openFen), render: row => money(row.instalment?.openFen) },
    { key: 'times', title: t.times, width: 64, align: 'right', phone: 'none', render: row => count(row.stepCount ?? 0) },
    { key: 'last', title: t.lastStep, width: 230, render: row => row.lastStep && [day(row.lastStep.createTime), say(dunningWay, row.lastStep.way), row.lastStep.promisedDate && `${t.promised} ${row.lastStep.promisedDate}`].filter(Boolean).join(' · ') },
    { key: 'broken', title: '', width: 92, render: row => row.promiseBroken && <Tag tone="bad">{t.broken}</Tag> },
    {
      key: 'dun',
      title: '',
      width: 88,
      render: row =>
        can('contract.dunning.create') && (
          <button type="button" className="link" aria-label={`${t.dun} ${row.instalment?.partnerName}`} onClick={() => setAsking(row.instalment ?? null)}>
            {t.dun}
          </button>
        ),
    },
  ];
  const query = { salesperson: filters.salesperson || undefined, organisation: filters.organisation || undefined, bucket: (filters.bucket || undefined) as Overdue['bucket'] };
  const exported = () => {
    const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as Record<string, string>;
    return download(`/v1/instalments:exportOverdue?${new URLSearchParams({ ...given, requestId: newRequestId() })}`, 'overdue.xlsx').catch(fault => toast(String(fault.message)));
  };
  return (
    <Page title={t.dunning} actions={<Button onClick={() => void exported()}>{t.exportList}</Button>}>
      <Aging group={(filters.group || 'AGING_GROUP_PARTNER') as Group} organisation={filters.organisation} onGroup={group => change({ group: group === 'AGING_GROUP_PARTNER' ? '' : group })} />
      <div className="tall">
        <Rows<Overdue>
          label={t.dunning}
          queryKey={['overdue', query]}
          columns={columns}
          rowKey={row => row.instalment!.name!}
          empty={<State title={t.noneOverdue} />}
          load={async (page, signal) => {
            const answer = await ask(api.GET('/v1/instalments:overdue', { params: { query: { ...page, ...query } }, signal }));
            return { rows: answer.overdueInstalments ?? [], nextPageToken: answer.nextPageToken };
          }}
          filters={
            <>
              <Select aria-label={t.bucket} placeholder={t.bucket} allowClear style={{ width: 130 }} options={choices(agingBucket)} value={filters.bucket || null} onChange={bucket => change({ bucket: bucket ?? '' })} />
              <StaffPicker label={t.salesperson} placeholder={t.salesperson} roles={['salesperson', 'sales-manager']} style={{ width: 140 }} value={filters.salesperson} onChange={salesperson => change({ salesperson })} />
              <OrganisationPicker label={t.organisation} placeholder={t.organisation} style={{ width: 200 }} value={filters.organisation} onChange={organisation => change({ organisation })} />
            </>
          }
        />
      </div>
      <DunDialog instalment={asking} onClose={() => setAsking(null)} />
    </Page>
  );
}

function Aging({ group, organisation, onGroup }: { group: Group; organisation: string; onGroup: (group: Group) => void }) {
  const t = useTexts(moneyTexts);
  const say = useWord();
  const staff = useStaff();
  const organisations = useOrganisations();
  const load = useLoad(['overdue', 'aging', group, organisation], signal => ask(api.GET('/v1/instalments:aging', { params: { query: { groupBy: group, organisation: organisation || undefined } }, signal })), { keep: true });
  const nameOf = (row: Schemas['contract.AgingRow']) =>
    group === 'AGING_GROUP_PARTNER' ? <Link to={`/${row.group}`}>{row.displayName || row.group}</Link> : (group === 'AGING_GROUP_SALESPERSON' ? staff.nameOf(row.group) : organisations.nameOf(row.group)) || t.nobody;
  const sum = (key: keyof Schemas['contract.AgingRow'], title: string) => ({ key, title, align: 'right' as const, render: (row: Schemas['contract.AgingRow']) => money(row[key] ?? 0) });
  return (
    <Panel
      title={t.aging}
      bare
      more={
        <Segmented<Group>
          aria-label={t.groupBy}
          size="small"
          value={group}
          options={[{ value: 'AGING_GROUP_PARTNER', label: t.byPartner }, { value: 'AGING_GROUP_SALESPERSON', label: t.bySalesperson }, { value: 'AGING_GROUP_ORGANISATION', label: t.byOrganisation }]}
          onChange={onGroup}
        />
      }
    >
      <Shown of={load} lines={3}>
        {aging => (
          <div style={{ maxHeight: 280, overflow: 'auto' }}>
            <PlainTable<Schemas['contract.AgingRow']>
              label={t.aging}
              rows={[...(aging.rows ?? []), ...(aging.rows?.length ? [{ ...aging.total, group: TOTAL }] : [])]}
              rowKey={(row, index) => `${row.group}${index}`}
              empty={t.noneOverdue}
              columns={[
                { key: 'group', title: t.aging, heads: true, render: row => (row.group === TOTAL ? t.total : nameOf(row)) },
                sum('upTo30Fen', say(agingBucket, 'AGING_BUCKET_UP_TO_30')),
                sum('upTo60Fen', say(agingBucket, 'AGING_BUCKET_UP_TO_60')),
                sum('upTo90Fen', say(agingBucket, 'AGING_BUCKET_UP_TO_90')),
                sum('over90Fen', say(agingBucket, 'AGING_BUCKET_OVER_90')),
                sum('totalFen', t.total),
                { key: 'count', title: t.count, align: 'right', render: row => count(row.instalmentCount ?? 0) },
              ]}
            />
          </div>
        )}
      </Shown>
    </Panel>
  );
}
