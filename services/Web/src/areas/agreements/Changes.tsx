import { Select } from 'antd';
import { api, ask, type Schemas } from '../../api/client';
import { useLoad } from '../../api/queries';
import { idOf, money } from '../../kit/formats';
import { Panel } from '../../kit/page';
import { PlainTable } from '../../kit/plain';
import { Shown } from '../../kit/states';
import { useTexts } from '../../kit/texts';
import { useFilters } from '../../kit/url';
import { agreementTexts } from './texts';

type Change = Schemas['contract.AgreementFieldChange'];

/** What was changed since it was handed in the last time, for who approves it again; or between any two versions. */
export function Changes({ agreement }: { agreement: Schemas['contract.Agreement'] }) {
  const t = useTexts(agreementTexts);
  const [filters, change] = useFilters('from', 'to');
  const id = idOf(agreement.name);
  const load = useLoad(
    ['agreements', 'compare', id, agreement.etag, filters.from, filters.to],
    signal => ask(api.GET('/v1/agreements/{agreement}:compare', { params: { path: { agreement: id }, query: { fromVersion: filters.from || '0', toVersion: filters.to || '0' } }, signal })),
    { keep: true },
  );
  const names: Readonly<Record<string, string>> = {
    subject: t.subject,
    party_a: t.partyA,
    party_b: t.partyB,
    city_code: t.city,
    products: t.products,
    effective_from: t.from,
    effective_to: t.to,
    terms: t.terms,
    deviations: t.deviations,
    amount_fen: t.amount,
    major: t.major,
    instalments: t.instalments,
    instalment_reason: t.instalmentReason,
  };
  const shown = ({ field }: Change, value: string | undefined) => (field === 'amount_fen' ? money(value || undefined) : field === 'major' ? (value ? '✓' : '–') : value || '–');
  return (
    <Panel title={t.changes} bare more={<VersionPickers agreement={agreement} from={filters.from} to={filters.to} onChange={change} />}>
      <Shown of={load} lines={2}>
        {({ changes }) => (
          <PlainTable<Change>
            label={t.changes}
            rows={changes ?? []}
            rowKey={row => row.field ?? ''}
            empty={t.noChanges}
            columns={[
              { key: 'field', title: t.field, heads: true, align: 'nowrap', render: row => names[row.field ?? ''] ?? row.field },
              { key: 'before', title: t.before, render: row => <del>{shown(row, row.before)}</del> },
              { key: 'after', title: t.after, render: row => <ins>{shown(row, row.after)}</ins> },
            ]}
          />
        )}
      </Shown>
    </Panel>
  );
}

/** Every change of the record is a version; the etag counts them. */
function VersionPickers({ agreement, from, to, onChange }: { agreement: Schemas['contract.Agreement']; from: string; to: string; onChange: (next: { from?: string; to?: string }) => void }) {
  const t = useTexts(agreementTexts);
  const versions = Array.from({ length: (agreement.timeline ?? []).length }, (_, index) => String(index + 1));
  const options = versions.map(version => ({ value: version, label: t.version(version) }));
  return (
    <span className="row-actions">
      <Select size="small" allowClear aria-label={t.versionFrom} placeholder={t.versionFrom} style={{ width: 150 }} options={options} value={from || null} onChange={next => onChange({ from: next ?? '' })} />
      <Select size="small" allowClear aria-label={t.versionTo} placeholder={t.versionTo} style={{ width: 130 }} options={options} value={to || null} onChange={next => onChange({ to: next ?? '' })} />
    </span>
  );
}
