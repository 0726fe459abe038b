import './training.css';
import { Alert, Button, Select } from 'antd';
import { useRef, useState } from 'react';
import { useParams } from 'react-router';
import { api, ask, newRequestId, type Schemas } from '../../api/client';
import { CallFailed } from '../../api/problem';
import { queries, useLoad } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { minute } from '../../kit/formats';
import { Page, Panel, Tag } from '../../kit/page';
import { PlainTable } from '../../kit/plain';
import { Shown } from '../../kit/states';
import { useTexts } from '../../kit/texts';
import { useFilters } from '../../kit/url';
import { useWord } from '../../kit/words';
import { questionKind } from '../../words/training';
import { Chosen } from './CoursePage';
import { trainingTexts } from './texts';

type Exam = Schemas['training.Exam'];
type Attempt = Schemas['training.Attempt'];

/** A test: who attended chooses his name, answers, hands in, and reads at once how he did. */
export default function ExamPage() {
  const t = useTexts(trainingTexts);
  const { can } = useCaller();
  const { exam: id = '' } = useParams();
  const load = useLoad(['exams', 'one', id], signal => ask(api.GET('/v1/exams/{exam}', { params: { path: { exam: id } }, signal })));
  const exam = load.data;
  return (
    <Page title={exam?.title ?? t.test} up={{ to: exam ? `/${exam.trainingSession}` : '/trainingSessions', title: t.session }} about={exam && `${t.passScore} ${exam.passScore} · ${t.attempts} ${exam.maxAttempts || '–'}`}>
      <Shown of={load}>
        {shown => (
          <>
            {can('training.exams.submit') && <Paper exam={shown} />}
            <Attempts exam={shown} />
          </>
        )}
      </Shown>
    </Page>
  );
}

function Paper({ exam }: { exam: Exam }) {
  const t = useTexts(trainingTexts);
  const say = useWord();
  const [{ enrolment }, change] = useFilters('enrolment');
  const [answers, setAnswers] = useState<Record<number, number[]>>({});
  const [result, setResult] = useState<Attempt | null>(null);
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);
  const requestId = useRef(newRequestId());
  const roster = useLoad(['enrolments', exam.trainingSession], signal => ask(api.GET('/v1/enrolments', { params: { query: { trainingSession: exam.trainingSession, pageSize: 500 } }, signal })));
  const came = (roster.data?.enrolments ?? []).filter(one => one.attendance === 'ATTENDANCE_ATTENDED');
  const questions = exam.questions ?? [];
  const open = questions.filter((_, index) => (answers[index]?.length ?? 0) === 0).length;

  const choose = (next: string | undefined) => {
    change({ enrolment: next });
    setAnswers({});
    setResult(null);
  };

  const handIn = async () => {
    setBusy(true);
    setFailure('');
    try {
      const body = { enrolment, answers: questions.map((_, index) => ({ chosen: answers[index] ?? [] })), requestId: requestId.current };
      setResult(await ask(api.POST('/v1/exams/{exam}:submitAttempt', { params: { path: { exam: exam.name!.split('/')[1]! } }, body })));
      requestId.current = newRequestId();
      setAnswers({});
      void queries.invalidateQueries({ queryKey: ['exams'] });
      void queries.invalidateQueries({ queryKey: ['enrolments'] });
    } catch (fault) {
      // Unreachable, it may have arrived: the same id hands it in once.
      if (!(fault instanceof CallFailed) || !fault.isUnreachable) requestId.current = newRequestId();
      setFailure(fault instanceof Error ? fault.message : String(fault));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Panel
      title={t.takeTest}
      more={<Select size="small" aria-label={t.whoTakes} placeholder={t.whoTakes} style={{ width: 180 }} options={came.map(one => ({ value: one.name!, label: one.displayName }))} value={enrolment || null} onChange={choose} />}
    >
      {roster.data && came.length === 0 && <p className="muted">{t.nobodyAttended}</p>}
      {result && <Alert type={result.passed ? 'success' : 'warning'} title={t.result(result.score ?? 0, result.passed ?? false)} style={{ marginBottom: 14 }} />}
      {failure !== '' && <Alert type="error" role="alert" title={failure} style={{ marginBottom: 14 }} />}
      {enrolment !== '' && (
        <>
          <ol className="paper">
            {questions.map((question, index) => (
              <li key={index}>
                <p>
                  {question.text} <span className="muted">{[say(questionKind, question.kind), t.pointsEach(question.points ?? 0)].join(' · ')}</span> {result?.right && answers[index] === undefined && <Tag tone={result.right[index] ? 'good' : 'bad'}>{result.right[index] ? '✓' : '✗'}</Tag>}
                </p>
                <Chosen kind={question.kind ?? 'QUESTION_KIND_SINGLE'} label={question.text ?? ''} options={question.options ?? []} value={answers[index] ?? []} onChange={chosen => setAnswers({ ...answers, [index]: chosen })} />
              </li>
            ))}
          </ol>
          <Button type="primary" loading={busy} onClick={() => void handIn()}>
            {t.handIn}
          </Button>{' '}
          {open > 0 && <span className="muted">{t.open(open)}</span>}
        </>
      )}
    </Panel>
  );
}

function Attempts({ exam }: { exam: Exam }) {
  const t = useTexts(trainingTexts);
  const load = useLoad(['exams', 'attempts', exam.name], signal => ask(api.GET('/v1/exams/{exam}/attempts', { params: { path: { exam: exam.name!.split('/')[1]! }, query: { pageSize: 500 } }, signal })));
  return (
    <Panel title={t.attemptsMade} bare>
      <Shown of={load} lines={2}>
        {({ attempts }) => (
          <PlainTable<Attempt>
            label={t.attemptsMade}
            rows={attempts ?? []}
            rowKey={row => row.name!}
            columns={[
              { key: 'name', title: t.person, heads: true, render: row => row.displayName },
              { key: 'time', title: t.time, align: 'nowrap', render: row => <span className="num">{minute(row.createTime)}</span> },
              { key: 'right', title: t.questions, render: row => t.rightOf((row.right ?? []).filter(Boolean).length, row.right?.length ?? 0) },
              { key: 'score', title: t.score, align: 'right', render: row => row.score ?? 0 },
              { key: 'passed', title: t.state, render: row => <Tag tone={row.passed ? 'good' : 'bad'}>{row.passed ? t.passed : t.failed}</Tag> },
            ]}
          />
        )}
      </Shown>
    </Panel>
  );
}
