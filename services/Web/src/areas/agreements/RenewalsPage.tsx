import { Select } from 'antd';
import { Link } from 'react-router';
import { api, ask, type Schemas } from '../../api/client';
import { count, idOf } from '../../kit/formats';
import { Page, Tag } from '../../kit/page';
import { Rows, type Column } from '../../kit/table';
import { useTexts } from '../../kit/texts';
import { useFilters } from '../../kit/url';
import { StateTag, useWord } from '../../kit/words';
import { agreementKind, agreementState } from '../../words/contract';
import { agreementTexts } from './texts';

type Expiring = Schemas['contract.ExpiringAgreement'];

/** Agreements that end soon, and how far their renewal is. */
export default function RenewalsPage() {
  const t = useTexts(agreementTexts);
  const say = useWord();
  const [{ within }, change] = useFilters('within');
  const days = Number(within || 90);
  const columns: Column<Expiring>[] = [
    { key: 'partner', title: t.partner, phone: 'title', sort: row => row.partnerName ?? '', render: row => <Link to={`/agreements/${idOf(row.agreement)}`}>{row.partnerName}</Link> },
    { key: 'number', title: t.number, width: 180, render: row => row.number },
    { key: 'kind', title: t.kind, width: 126, render: row => say(agreementKind, row.kind) },
    { key: 'to', title: t.to, width: 116, sort: row => row.effectiveTo ?? '', render: row => <span className="num">{row.effectiveTo}</span> },
    { key: 'left', title: t.daysLeft, width: 100, phone: 'end', sort: row => row.daysLeft ?? 0, render: row => <Tag tone={(row.daysLeft ?? 0) <= 7 ? 'bad' : (row.daysLeft ?? 0) <= 30 ? 'warn' : 'plain'}>{t.days(count(row.daysLeft))}</Tag> },
    { key: 'renewal', title: t.renewal, width: 120, render: row => (row.renewal ? <Link to={`/${row.renewal}`}><StateTag of={agreementState} value={row.renewalState} /></Link> : '–') },
  ];
  return (
    <Page title={t.renewals} fill>
      <Rows<Expiring>
        label={t.renewals}
        queryKey={['agreements', 'expiring', days]}
        columns={columns}
        rowKey={row => row.agreement!}
        load={async (page, signal) => {
          const answer = await ask(api.GET('/v1/agreements:expiring', { params: { query: { ...page, withinDays: days } }, signal }));
          return { rows: answer.agreements ?? [], nextPageToken: answer.nextPageToken };
        }}
        filters={<Select aria-label={t.within} style={{ width: 130 }} value={days} onChange={next => change({ within: String(next) })} options={[7, 30, 60, 90, 180, 365].map(value => ({ value, label: t.days(String(value)) }))} />}
      />
    </Page>
  );
}
