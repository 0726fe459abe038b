import { Link } from 'react-router';
import { api, ask, type Schemas } from '../../api/client';
import { idOf, minute, money } from '../../kit/formats';
import { Page, Tag } from '../../kit/page';
import { State } from '../../kit/states';
import { Rows, type Column } from '../../kit/table';
import { useTexts } from '../../kit/texts';
import { useWord } from '../../kit/words';
import { agreementKind } from '../../words/contract';
import { role } from '../../words/roles';
import { agreementTexts } from './texts';

type Review = Schemas['contract.Review'];

/** Agreements that wait for the caller, his own approvals and those he has taken over. */
export default function ApprovalsPage() {
  const t = useTexts(agreementTexts);
  const say = useWord();
  const columns: Column<Review>[] = [
    { key: 'partner', title: t.partner, phone: 'title', render: row => <Link to={`/agreements/${idOf(row.agreement)}`}>{row.partnerName}</Link> },
    { key: 'kind', title: t.kind, width: 126, render: row => say(agreementKind, row.kind) },
    {
      key: 'notes',
      title: '',
      width: 190,
      phone: 'end',
      render: row => (
        <>
          {row.overdue && <Tag tone="bad">{t.overdue}</Tag>} {row.major && <Tag tone="warn">{t.major}</Tag>} {row.deviating && <Tag tone="warn">{t.deviating}</Tag>}
        </>
      ),
    },
    { key: 'amount', title: t.amount, width: 124, align: 'right', render: row => money(row.amountFen) },
    { key: 'drafter', title: t.drafter, width: 90, render: row => row.drafterName },
    { key: 'role', title: t.waitsFor(''), width: 150, phone: 'none', render: row => [say(role, row.role), row.onBehalfOfName && t.onBehalf(row.onBehalfOfName)].filter(Boolean).join(' ') },
    { key: 'since', title: t.since, width: 140, render: row => <span className="num">{minute(row.sinceTime)}</span> },
    { key: 'due', title: t.due, width: 140, phone: 'none', render: row => <span className={row.overdue ? 'num bad' : 'num'}>{minute(row.dueTime)}</span> },
  ];
  return (
    <Page title={t.approvals} fill>
      <Rows<Review>
        label={t.approvals}
        queryKey={['reviews', 'all']}
        columns={columns}
        rowKey={row => `${row.agreement}/${row.step}/${row.role}/${row.onBehalfOf}`}
        empty={<State title={t.none} />}
        load={async (page, signal) => {
          const answer = await ask(api.GET('/v1/reviews', { params: { query: page }, signal }));
          return { rows: answer.reviews ?? [], nextPageToken: answer.nextPageToken };
        }}
      />
    </Page>
  );
}
