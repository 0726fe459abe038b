import { Checkbox } from 'antd';
import { Link } from 'react-router';
import { api, ask, type Schemas } from '../../api/client';
import { useCaller } from '../../kit/caller';
import { DayPicker } from '../../kit/date';
import { day, idOf } from '../../kit/formats';
import { useStaff } from '../../kit/names';
import { Page, Tag } from '../../kit/page';
import { Rows, type Column } from '../../kit/table';
import { useTexts } from '../../kit/texts';
import { useFilters } from '../../kit/url';
import { ticketTexts } from './texts';

type Planned = Schemas['serviceticket.PlannedFollowUp'];

/** Clients who are to be asked how they fare with the result, the earliest first. */
export default function FollowUpsPage() {
  const t = useTexts(ticketTexts);
  const { user } = useCaller();
  const staff = useStaff();
  const [filters, change] = useFilters('mine', 'dueBy');
  const columns: Column<Planned>[] = [
    { key: 'subject', title: t.subject, phone: 'title', render: row => <Link to={`/tickets/${idOf(row.ticket)}`}>{row.subject}</Link> },
    { key: 'number', title: t.number, width: 158, phone: 'none', render: row => <span className="num">{row.number}</span> },
    { key: 'due', title: t.followUpBy, width: 116, phone: 'end', sort: row => row.dueDate ?? '', render: row => <span className={row.overdue ? 'num bad' : 'num'}>{row.dueDate}</span> },
    { key: 'overdue', title: '', width: 84, phone: 'none', render: row => row.overdue && <Tag tone="bad">{t.overdue}</Tag> },
    { key: 'partner', title: t.partner, width: 230, sort: row => row.partnerDisplayName ?? '', render: row => row.partnerDisplayName },
    { key: 'reporter', title: t.reporter, width: 100, render: row => row.reporter },
    { key: 'phone', title: t.phone, width: 140, render: row => <span className="num">{row.reporterPhone}</span> },
    { key: 'owner', title: t.followUpOwner, width: 100, render: row => staff.nameOf(row.owner) || <span className="muted">{t.nobody}</span> },
    { key: 'closed', title: t.closed, width: 110, phone: 'none', render: row => <span className="num">{day(row.closeTime)}</span> },
  ];
  return (
    <Page title={t.followUps} fill>
      <Rows<Planned>
        label={t.followUps}
        queryKey={['follow-ups', filters]}
        columns={columns}
        rowKey={row => row.ticket!}
        load={async (page, signal) => {
          const query = { ...page, owner: (filters.mine === '1' && user.staff) || undefined, dueBy: filters.dueBy || undefined };
          const answer = await ask(api.GET('/v1/followUps', { params: { query }, signal }));
          return { rows: answer.followUps ?? [], nextPageToken: answer.nextPageToken };
        }}
        filters={
          <>
            <DayPicker label={t.dueBy} placeholder={t.dueBy} value={filters.dueBy} onChange={dueBy => change({ dueBy })} />
            {user.staff && (
              <Checkbox checked={filters.mine === '1'} onChange={event => change({ mine: event.target.checked ? '1' : '' })}>
                {t.onlyMine}
              </Checkbox>
            )}
          </>
        }
      />
    </Page>
  );
}
