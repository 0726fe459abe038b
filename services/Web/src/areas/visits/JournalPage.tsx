import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useParams } from 'react-router';
import { api, ask, download, type Schemas } from '../../api/client';
import { queries, useLoad } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { FormDialog } from '../../kit/form';
import { count, idOf, minute } from '../../kit/formats';
import { Facts, Page, Panel } from '../../kit/page';
import { Shown } from '../../kit/states';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { StateTag, useWord } from '../../kit/words';
import { journalKind, journalState, weekRow } from '../../words/reporting';
import { EditJournal } from './EditJournal';
import { visitTexts } from './texts';

type Journal = Schemas['reporting.Journal'];

/** One journal: what its writer says beside what the system counted, and the manager's review. */
export default function JournalPage() {
  const { journal: id = '' } = useParams();
  const t = useTexts(visitTexts);
  const say = useWord();
  const load = useLoad(['journals', 'one', id], signal => ask(api.GET('/v1/journals/{journal}', { params: { path: { journal: id } }, signal })));
  return (
    <Shown of={load}>
      {journal => (
        <Page
          title={`${say(journalKind, journal.kind)} ${journal.period ?? ''}`}
          up={{ to: '/journals', title: t.journals }}
          about={
            <>
              <StateTag of={journalState} value={journal.state} /> {[journal.writerName, journal.organisationName].filter(Boolean).join(' · ')}
            </>
          }
          actions={<Actions journal={journal} />}
        >
          {journal.daily && <Daily daily={journal.daily} />}
          {journal.weekly && <Weekly rows={journal.weekly.rows ?? []} />}
          {journal.monthly && <Monthly monthly={journal.monthly} />}
          {(journal.comment || journal.reviewTime) && (
            <Panel title={t.comment}>
              <p>{journal.comment}</p>
              <p className="muted">
                {journal.reviewerName} {minute(journal.reviewTime)}
              </p>
            </Panel>
          )}
        </Page>
      )}
    </Shown>
  );
}

function Daily({ daily }: { daily: Schemas['reporting.DailyJournal'] }) {
  const t = useTexts(visitTexts);
  return (
    <div className="grid">
      <Panel title={t.journals}>
        <Facts
          rows={[
            [t.morningMeeting, daily.morningMeeting, 'wide'],
            [t.planMorning, daily.planMorning, 'wide'],
            [t.planAfternoon, daily.planAfternoon, 'wide'],
            [t.eveningMeeting, daily.eveningMeeting, 'wide'],
          ]}
        />
      </Panel>
      <Panel title={t.computed}>
        <Facts
          rows={[
            [t.agentsSigned, count(daily.agentsSigned ?? 0)],
            [t.terminalsSigned, count(daily.terminalsSigned ?? 0)],
            [t.visits, daily.visits?.map(visit => visit.partnerName).join('、'), 'wide'],
            [t.sales, daily.sales?.map(sale => `${sale.partnerName || sale.agentName} ${sale.productCode} × ${count(sale.quantity)}`).join('\n'), 'wide'],
          ]}
        />
      </Panel>
    </div>
  );
}

function Weekly({ rows }: { rows: readonly Schemas['reporting.WeekRow'][] }) {
  const t = useTexts(visitTexts);
  const say = useWord();
  return (
    <section className="panel" style={{ overflowX: 'auto' }} tabIndex={0} aria-label={t.computed}>
      <table className="versions">
        <thead>
          <tr>
            {[t.item, t.weekPlan, t.weekResult, t.gap, t.improvement, t.nextPlan].map(title => (
              <th scope="col" key={title}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              <th scope="row">{[say(weekRow, row.kind), row.partnerName].filter(Boolean).join(' ')}</th>
              <td className="num">{count(row.plan)}</td>
              <td className="num">{count(row.result ?? 0)}</td>
              <td>{row.reason}</td>
              <td>{row.improvement}</td>
              <td className="num">{count(row.nextPlan)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Monthly({ monthly }: { monthly: Schemas['reporting.MonthlyJournal'] }) {
  const t = useTexts(visitTexts);
  const ofTwo = (due: string | undefined, actual: string | undefined) => `${count(due ?? 0)} / ${count(actual ?? 0)}`;
  return (
    <div className="grid">
      <Panel title={t.computed}>
        <Facts
          rows={[
            [t.visits, count(monthly.visits ?? 0)],
            [t.agentsDue, ofTwo(monthly.agentsDue, monthly.agentsActual)],
            [t.terminalsDue, ofTwo(monthly.terminalsDue, monthly.terminalsActual)],
            [t.monthSales, count(monthly.sales ?? 0)],
            [t.cumulative, count(monthly.salesCumulative ?? 0)],
          ]}
        />
      </Panel>
      <Panel title={t.journals}>
        <Facts
          rows={[
            [t.failures, monthly.failures, 'wide'],
            [t.likelyWins, monthly.likelyWins, 'wide'],
          ]}
        />
      </Panel>
    </div>
  );
}

const OPEN: readonly string[] = ['JOURNAL_STATE_DRAFT', 'JOURNAL_STATE_RETURNED'];

function Actions({ journal }: { journal: Journal }) {
  const t = useTexts(visitTexts);
  const { user, can } = useCaller();
  const [doing, setDoing] = useState<'edit' | 'accept' | 'return' | null>(null);
  const params = { path: { journal: idOf(journal.name) } };
  const etag = journal.etag ?? '';
  const isMine = journal.writer === user.staff;
  const isOpen = isMine && can('reporting.journals.write') && OPEN.includes(journal.state ?? '');
  const awaitsReview = !isMine && can('reporting.journals.review') && journal.state === 'JOURNAL_STATE_SUBMITTED';
  const done = () => {
    toast(t.done);
    void queries.invalidateQueries({ queryKey: ['journals'] });
    void queries.invalidateQueries({ queryKey: ['obligations'] });
  };
  const submit = async () => {
    try {
      await ask(api.POST('/v1/journals/{journal}:submit', { params, body: { etag } }));
      done();
    } catch (fault) {
      toast(fault instanceof Error ? fault.message : String(fault));
    }
  };
  return (
    <>
      <Button onClick={() => void download(`/v1/${journal.name}:export`, `${journal.period}.xlsx`)}>{t.exportForm}</Button>
      {isOpen && <Button onClick={() => setDoing('edit')}>{t.edit}</Button>}
      {isOpen && (
        <Button type="primary" onClick={() => void submit()}>
          {t.submit}
        </Button>
      )}
      {awaitsReview && <Button onClick={() => setDoing('return')}>{t.giveBack}</Button>}
      {awaitsReview && (
        <Button type="primary" onClick={() => setDoing('accept')}>
          {t.accept}
        </Button>
      )}
      <EditJournal journal={journal} open={doing === 'edit'} onClose={() => setDoing(null)} onDone={done} />
      <FormDialog<{ comment?: string; reason?: string }>
        title={doing === 'return' ? t.giveBack : t.accept}
        saveLabel={doing === 'return' ? t.giveBack : t.accept}
        open={doing === 'accept' || doing === 'return'}
        onClose={() => setDoing(null)}
        submit={async ({ comment = '', reason = '' }, requestId) => {
          if (doing === 'return') await ask(api.POST('/v1/journals/{journal}:return', { params, body: { reason, etag, requestId } }));
          else await ask(api.POST('/v1/journals/{journal}:accept', { params, body: { comment, etag, requestId } }));
          done();
        }}
      >
        {doing === 'return' ? (
          <Form.Item name="reason" label={t.reason} rules={[{ required: true, message: t.required }]}>
            <Input.TextArea rows={3} maxLength={500} />
          </Form.Item>
        ) : (
          <Form.Item name="comment" label={t.comment}>
            <Input.TextArea rows={3} maxLength={500} />
          </Form.Item>
        )}
      </FormDialog>
    </>
  );
}
