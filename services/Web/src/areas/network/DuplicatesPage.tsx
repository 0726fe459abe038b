import { Button, Form, Radio, Select } from 'antd';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { api, ask, type Schemas } from '../../api/client';
import type { CallFailed } from '../../api/problem';
import { queries, useLoad } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { FormDialog } from '../../kit/form';
import { count, day, idOf } from '../../kit/formats';
import { OrganisationPicker, useStaff } from '../../kit/names';
import { Page, Panel, Tag } from '../../kit/page';
import { PlainTable } from '../../kit/plain';
import { Failure, Loading, Shown, State } from '../../kit/states';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { useFilters } from '../../kit/url';
import { StateTag, useWord } from '../../kit/words';
import { duplicateReason, movedRows, partnerStage, stageOf } from '../../words/dealer';
import { networkTexts } from './texts';

type Partner = Schemas['dealer.Partner'];
type Group = Schemas['dealer.DuplicateGroup'];
type Groups = Schemas['dealer.ListDuplicatesResponse'];

const PAGE = 30;

/** Partners that are likely the same, side by side: to be merged, or remembered as two. */
export default function DuplicatesPage() {
  const t = useTexts(networkTexts);
  const [filters, change] = useFilters('organisation');
  const [merging, setMerging] = useState<Group | null>(null);
  const load = useInfiniteQuery<Groups, CallFailed, { pages: Groups[] }, readonly unknown[], string>({
    queryKey: ['partners', 'duplicates', filters.organisation],
    queryFn: ({ pageParam, signal }) => ask(api.GET('/v1/duplicates', { params: { query: { organisation: filters.organisation || undefined, pageSize: PAGE, pageToken: pageParam } }, signal })),
    initialPageParam: '',
    getNextPageParam: last => last.nextPageToken || undefined,
  });
  const groups = load.data?.pages.flatMap(page => page.groups ?? []) ?? [];
  return (
    <Page title={t.duplicates} about={t.duplicatesHint}>
      <div className="filters">
        <OrganisationPicker label={t.organisation} placeholder={t.organisation} style={{ width: 220 }} value={filters.organisation} onChange={organisation => change({ organisation })} />
      </div>
      {load.data === undefined ? load.isError ? <Failure error={load.error} retry={() => void load.refetch()} /> : <Loading lines={8} /> : null}
      {load.data && groups.length === 0 && !load.hasNextPage && (
        <Panel>
          <State title={t.noDuplicates} />
        </Panel>
      )}
      {groups.map(group => (
        <GroupPanel key={`${group.reason}${group.partners?.map(one => one.name).join()}`} group={group} onMerge={() => setMerging(group)} />
      ))}
      {load.hasNextPage && (
        <Button loading={load.isFetchingNextPage} onClick={() => void load.fetchNextPage()}>
          {t.moreGroups}
        </Button>
      )}
      <MergeDialog partners={merging?.partners ?? []} onClose={() => setMerging(null)} />
    </Page>
  );
}

function GroupPanel({ group, onMerge }: { group: Group; onMerge: () => void }) {
  const t = useTexts(networkTexts);
  const say = useWord();
  const staff = useStaff();
  const { can } = useCaller();
  const [busy, setBusy] = useState(false);
  const partners = group.partners ?? [];
  const distinct = async () => {
    setBusy(true);
    try {
      await ask(api.POST('/v1/partners:markDistinct', { body: { first: partners[0]!.name!, second: partners[1]!.name! } }));
      toast(t.saved);
      void queries.invalidateQueries({ queryKey: ['partners', 'duplicates'] });
    } catch (fault) {
      toast(fault instanceof Error ? fault.message : String(fault));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Panel
      title={
        <>
          {say(duplicateReason, group.reason)} <Tag tone={(group.score ?? 0) >= 70 ? 'bad' : 'warn'}>{t.likely(group.score ?? 0)}</Tag>
        </>
      }
      bare
      more={
        can('dealer.partners.merge') && (
          <span className="row-actions">
            {partners.length === 2 && (
              <Button size="small" loading={busy} onClick={() => void distinct()}>
                {t.distinct}
              </Button>
            )}
            <Button size="small" type="primary" onClick={onMerge}>
              {t.merge}
            </Button>
          </span>
        )
      }
    >
      <PlainTable<Partner>
        label={partners.map(one => one.displayName).join('、')}
        rows={partners}
        rowKey={row => row.name!}
        columns={[
          { key: 'name', title: t.name, heads: true, render: row => <Link to={`/${row.name}`}>{row.displayName}</Link> },
          { key: 'stage', title: t.stage, align: 'nowrap', render: row => <StateTag of={partnerStage} value={row.stage} /> },
          { key: 'city', title: t.city, align: 'nowrap', render: row => row.city },
          { key: 'address', title: t.address, render: row => row.address || '–' },
          { key: 'contact', title: t.contact, align: 'nowrap', render: row => row.contact || '–' },
          { key: 'phone', title: t.phone, align: 'nowrap', render: row => <span className="num">{row.phone || '–'}</span> },
          { key: 'assignee', title: t.assignee, align: 'nowrap', render: row => staff.nameOf(row.assignee) || '–' },
          { key: 'created', title: t.since, align: 'nowrap', render: row => <span className="num">{day(row.createTime)}</span> },
        ]}
      />
    </Panel>
  );
}

interface Merge {
  survivor: string;
  source: string;
  takeFromSource?: string[];
}

/** Merges one of them into another: what would happen is shown before, and each field in which they differ is chosen. */
export function MergeDialog({ partners, onClose }: { partners: readonly Partner[]; onClose: () => void }) {
  const t = useTexts(networkTexts);
  const choices = partners.map(one => ({ value: one.name!, label: `${one.displayName} · ${one.city ?? ''}` }));
  const required = [{ required: true, message: t.required }];
  return (
    <FormDialog<Merge>
      title={t.merge}
      saveLabel={t.merge}
      danger
      open={partners.length > 1}
      onClose={onClose}
      {...(partners.length > 1 ? { initial: { survivor: partners[0]!.name!, source: partners[1]!.name! } } : {})}
      submit={async ({ survivor, source, takeFromSource }, requestId) => {
        const etag = partners.find(one => one.name === survivor)?.etag ?? '';
        await ask(api.POST('/v1/partners/{partner}:merge', { params: { path: { partner: idOf(survivor) } }, body: { source, takeFromSource: takeFromSource ?? [], dryRun: false, etag, requestId } }));
        toast(t.merged);
        void queries.invalidateQueries({ queryKey: ['partners'] });
      }}
    >
      <p className="muted" style={{ marginBottom: 14 }}>
        {t.mergeHint}
      </p>
      <Form.Item name="survivor" label={t.survivor} rules={required}>
        <Select options={choices} />
      </Form.Item>
      <Form.Item name="source" label={t.source} rules={required}>
        <Select options={choices} />
      </Form.Item>
      <Form.Item name="takeFromSource" label={t.preview}>
        <Preview />
      </Form.Item>
    </FormDialog>
  );
}

/** The later stage always stands, and what the survivor has none of comes from the other. */
const isChoice = (field: string, survivorValue: string) => field !== 'stage' && survivorValue !== '';

/** What the merge would do: the fields in which the two differ, to choose from, and what moves. */
function Preview({ value = [], onChange, id }: { value?: string[]; onChange?: (fields: string[]) => void; id?: string }) {
  const t = useTexts(networkTexts);
  const { survivor, source } = (Form.useWatch([], Form.useFormInstance<Merge>()) ?? {}) as Partial<Merge>;
  const apart = Boolean(survivor && source && survivor !== source);
  const load = useLoad(['merge-preview', survivor, source], signal => ask(api.POST('/v1/partners/{partner}:merge', { params: { path: { partner: idOf(survivor) } }, body: { source: source!, takeFromSource: [], dryRun: true, etag: '', requestId: '' }, signal })), { enabled: apart });
  const say = useWord();
  const staff = useStaff();
  const names: Readonly<Record<string, string>> = { address: t.address, contact: t.contact, phone: t.phone, brands: t.brands, annual_volume: t.volume, advantage: t.advantage, assignee: t.assignee, stage: t.stage };
  const shown = (field: string, written: string) => (field === 'assignee' ? staff.nameOf(written) : field === 'stage' ? say(partnerStage, stageOf(written)) : written) || '–';
  if (!apart) return <p id={id} className="muted">{t.chooseTwo}</p>;
  return (
    <div id={id}>
      <Shown of={load} lines={3}>
        {({ conflicts = [], moved = [] }) => (
          <>
            <table className="versions">
              <thead>
                <tr>
                  <th scope="col">{t.field}</th>
                  <th scope="col">{t.survivor}</th>
                  <th scope="col">{t.source}</th>
                </tr>
              </thead>
              <tbody>
                {conflicts.map(({ field = '', survivorValue = '', sourceValue = '', result = '' }) => (
                  <tr key={field}>
                    <th scope="row">{names[field] ?? field}</th>
                    {isChoice(field, survivorValue) ? (
                      <>
                        <td>
                          <Radio name={`merge.${field}`} checked={!value.includes(field)} onChange={() => onChange?.(value.filter(one => one !== field))}>
                            {shown(field, survivorValue)}
                          </Radio>
                        </td>
                        <td>
                          <Radio name={`merge.${field}`} checked={value.includes(field)} onChange={() => onChange?.([...value, field])}>
                            {shown(field, sourceValue)}
                          </Radio>
                        </td>
                      </>
                    ) : (
                      <td colSpan={2}>{shown(field, result)}</td>
                    )}
                  </tr>
                ))}
              </tbody>
            </table>
            <p style={{ marginTop: 10 }}>{t.moves(moved.filter(one => Number(one.count) > 0).map(one => `${say(movedRows, one.kind)} ${count(one.count)}`).join('、') || t.none)}</p>
          </>
        )}
      </Shown>
    </div>
  );
}
