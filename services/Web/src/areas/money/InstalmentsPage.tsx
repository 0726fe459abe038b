import { Select } from 'antd';
import { Link } from 'react-router';
import { api, ask, type Schemas } from '../../api/client';
import { DayPicker } from '../../kit/date';
import { count, idOf, money, number } from '../../kit/formats';
import { PartnerPicker } from '../../kit/names';
import { Page, Tag } from '../../kit/page';
import { Rows, type Column } from '../../kit/table';
import { useTexts } from '../../kit/texts';
import { useFilters } from '../../kit/url';
import { StateTag, useChoices } from '../../kit/words';
import { instalmentState } from '../../words/money';
import { moneyTexts } from './texts';

type Instalment = Schemas['contract.Instalment'];

/** What is to be received from whom until when. */
export default function InstalmentsPage() {
  const t = useTexts(moneyTexts);
  const choices = useChoices();
  const [filters, change] = useFilters('state', 'partner', 'agreement', 'dueFrom', 'dueTo');
  const columns: Column<Instalment>[] = [
    { key: 'partner', title: t.partner, phone: 'title', sort: row => row.partnerName ?? '', render: row => <Link to={`/instalments/${idOf(row.name)}`}>{row.partnerName || row.partner}</Link> },
    { key: 'number', title: t.agreement, width: 210, phone: 'none', render: row => <Link to={`/${row.agreement}`}>{[row.agreementNumber, t.nth(count(row.number))].filter(Boolean).join(' · ')}</Link> },
    { key: 'purpose', title: t.purpose, width: 140, render: row => row.purpose },
    { key: 'due', title: t.due, width: 108, sort: row => row.dueDate ?? '', render: row => <span className={row.overdue ? 'num bad' : 'num'}>{row.dueDate}</span> },
    { key: 'amount', title: t.amount, width: 126, align: 'right', phone: 'none', sort: row => number(row.amountFen), render: row => money(row.amountFen) },
    { key: 'paid', title: t.paid, width: 126, align: 'right', phone: 'none', sort: row => number(row.paidFen), render: row => money(row.paidFen ?? 0) },
    { key: 'open', title: t.open, width: 126, align: 'right', sort: row => number(row.openFen), render: row => money(row.openFen ?? 0) },
    { key: 'state', title: t.state, width: 96, phone: 'end', render: row => <StateTag of={instalmentState} value={row.state} /> },
    { key: 'overdue', title: '', width: 120, render: row => row.overdue && <Tag tone="bad">{t.overdueBy(count(row.daysOverdue))}</Tag> },
  ];
  return (
    <Page title={t.instalments} fill>
      <Rows<Instalment>
        label={t.instalments}
        queryKey={['instalments', filters]}
        columns={columns}
        rowKey={row => row.name!}
        load={async (page, signal) => {
          const query = { ...page, state: (filters.state || undefined) as Instalment['state'], partner: filters.partner || undefined, agreement: filters.agreement || undefined, dueFrom: filters.dueFrom || undefined, dueTo: filters.dueTo || undefined };
          const answer = await ask(api.GET('/v1/instalments', { params: { query }, signal }));
          return { rows: answer.instalments ?? [], nextPageToken: answer.nextPageToken };
        }}
        filters={
          <>
            <Select aria-label={t.state} placeholder={t.state} allowClear style={{ width: 120 }} options={choices(instalmentState)} value={filters.state || null} onChange={state => change({ state: state ?? '' })} />
            <PartnerPicker label={t.partner} placeholder={t.partner} style={{ width: 250 }} value={filters.partner} onChange={partner => change({ partner })} />
            <DayPicker label={t.dueFrom} placeholder={t.dueFrom} value={filters.dueFrom} onChange={dueFrom => change({ dueFrom })} />
            <DayPicker label={t.dueTo} placeholder={t.dueTo} value={filters.dueTo} onChange={dueTo => change({ dueTo })} />
          </>
        }
      />
    </Page>
  );
}
