import { Button, Drawer, Form, Input, InputNumber, Select } from 'antd';
import { useState } from 'react';
import { useParams } from 'react-router';
import { api, ask, download, type Schemas } from '../../api/client';
import { queries, useLoad } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { FormDialog } from '../../kit/form';
import { count, minute } from '../../kit/formats';
import { Facts, Page, Panel } from '../../kit/page';
import { PlainTable } from '../../kit/plain';
import { ReasonDialog } from '../../kit/reason';
import { Shown } from '../../kit/states';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { StateTag, useChoices, useWord, type Enum } from '../../kit/words';
import { evaluationState, scoreKind } from '../../words/evaluation';
import { JudgeActions } from './JudgeActions';
import { evaluationTexts } from './texts';

type Evaluation = Schemas['reporting.Evaluation'];

/** One evaluation: what was computed from which facts, who scored how, and what came of it. */
export default function EvaluationPage() {
  const t = useTexts(evaluationTexts);
  const { can, user } = useCaller();
  const { evaluation = '' } = useParams();
  const [doing, setDoing] = useState<'score' | 'publish' | 'appeal' | null>(null);
  const [figure, setFigure] = useState('');
  const path = { evaluation };
  const load = useLoad(['evaluations', 'one', evaluation], signal => ask(api.GET('/v1/evaluations/{evaluation}', { params: { path }, signal })));
  const one = load.data;
  const open = one?.state === 'EVALUATION_STATE_OPEN';
  const close = () => setDoing(null);
  const done = () => {
    void queries.invalidateQueries({ queryKey: ['evaluations'] });
    toast(t.saved);
  };
  return (
    <Page
      title={one ? `${one.subjectName ?? ''} · ${one.templateName ?? ''}` : t.evaluation}
      up={{ to: '/evaluations', title: t.evaluations }}
      about={one && <StateTag of={evaluationState} value={one.state} />}
      actions={
        <>
          <Button onClick={() => void download(`/v1/evaluations/${evaluation}:export`, 'evaluation.xlsx').catch(fault => toast(String(fault.message)))}>{t.export}</Button>
          {one && <JudgeActions evaluation={one} onDone={done} />}
          {one?.state === 'EVALUATION_STATE_PUBLISHED' && one.subject === user.staff && <Button onClick={() => setDoing('appeal')}>{t.appeal}</Button>}
          {open && can('reporting.evaluations.publish') && <Button onClick={() => setDoing('publish')}>{t.publish}</Button>}
          {open && can('reporting.evaluations.score') && <Button type="primary" onClick={() => setDoing('score')}>{t.give}</Button>}
        </>
      }
    >
      <Shown of={load}>{shown => <Content evaluation={shown} onFigure={setFigure} />}</Shown>
      <FactsDrawer evaluation={evaluation} figure={figure} onClose={() => setFigure('')} />
      <ScoreDialog evaluation={evaluation} open={doing === 'score'} onClose={close} onDone={done} />
      <FormDialog
        open={doing === 'publish'}
        title={t.publish}
        saveLabel={t.publish}
        onClose={close}
        submit={async (_, requestId) => {
          await ask(api.POST('/v1/evaluations/{evaluation}:publish', { params: { path }, body: { etag: one?.etag ?? '', requestId } }));
          done();
        }}
      >
        <p className="muted">{t.publishAbout}</p>
      </FormDialog>
      <ReasonDialog
        open={doing === 'appeal'}
        title={t.appeal}
        onClose={close}
        submit={async (reason, requestId) => {
          await ask(api.POST('/v1/evaluations/{evaluation}:appeal', { params: { path }, body: { reason, requestId } }));
          done();
        }}
      />
    </Page>
  );
}

function Content({ evaluation: one, onFigure }: { evaluation: Evaluation; onFigure: (figure: string) => void }) {
  const t = useTexts(evaluationTexts);
  const say = useWord();
  return (
    <>
      <Panel>
        <Facts
          rows={[
            [t.period, one.period],
            [t.organisation, one.organisationName],
            [t.total, count(one.total ?? 0)],
            [t.calibration, one.calibration ? `${one.calibration} ${one.calibrationReason ?? ''}` : ''],
            [t.award, one.award],
            ...(one.feedback ? [[t.feedback, [one.feedback, one.feedbackName].filter(Boolean).join(' — '), 'wide'] as const] : []),
            ...(one.appealReason ? [[t.appealReason, one.appealReason, 'wide'] as const, [t.decision, one.appealDecision, 'wide'] as const] : []),
          ]}
        />
      </Panel>
      <div className="grid">
        <Panel title={t.indicators} bare>
          <PlainTable<Schemas['reporting.IndicatorResult']>
            label={t.indicators}
            rows={one.indicators ?? []}
            rowKey={(_, index) => String(index)}
            columns={[
              { key: 'name', title: t.indicator, heads: true, render: row => row.displayName },
              { key: 'formula', title: t.formula, render: row => <code>{row.formula}</code> },
              { key: 'weight', title: t.weight, align: 'right', render: row => `${row.weight ?? 0}%` },
              { key: 'score', title: t.score, align: 'right', render: row => count(row.score ?? 0) },
            ]}
          />
        </Panel>
        <Panel title={t.figures} bare>
          <PlainTable<Schemas['reporting.Figure']>
            label={t.figures}
            rows={one.figures ?? []}
            rowKey={row => row.name ?? ''}
            columns={[
              { key: 'name', title: t.figure, heads: true, render: row => <code>{row.name}</code> },
              { key: 'value', title: t.value, align: 'right', render: row => count(row.value ?? 0) },
              { key: 'facts', title: <span className="only-read">{t.facts}</span>, render: row => <button type="button" className="link" onClick={() => onFigure(row.name ?? '')}>{t.facts}</button> },
            ]}
          />
        </Panel>
      </div>
      <Panel title={t.scores} bare>
        <PlainTable<Schemas['reporting.EvaluationScore']>
          label={t.scores}
          rows={one.scores ?? []}
          rowKey={(_, index) => String(index)}
          columns={[
            { key: 'kind', title: t.kind, heads: true, render: row => say(scoreKind, row.kind) },
            { key: 'scorer', title: t.scorer, render: row => row.scorerName || '–' },
            { key: 'score', title: t.score, align: 'right', render: row => row.score ?? 0 },
            { key: 'comment', title: t.comment, render: row => row.comment || '–' },
            { key: 'time', title: t.time, align: 'nowrap', render: row => <span className="num">{minute(row.scoreTime)}</span> },
          ]}
        />
      </Panel>
    </>
  );
}

/** The records that a figure was counted from. */
function FactsDrawer({ evaluation, figure, onClose }: { evaluation: string; figure: string; onClose: () => void }) {
  const t = useTexts(evaluationTexts);
  const load = useLoad(['evaluation-facts', evaluation, figure], signal => ask(api.GET('/v1/evaluations/{evaluation}:facts', { params: { path: { evaluation }, query: { figure } }, signal })), { enabled: figure !== '' });
  return (
    <Drawer title={`${t.facts} · ${figure}`} open={figure !== ''} onClose={onClose} size={Math.min(620, window.innerWidth)}>
      <Shown of={load}>
        {({ facts }) => (
          <PlainTable<Schemas['reporting.EvaluationFact']>
            label={t.facts}
            rows={facts ?? []}
            rowKey={(row, index) => `${row.resource}${index}`}
            columns={[
              { key: 'name', title: t.facts, heads: true, render: row => row.displayName || row.resource },
              { key: 'day', title: t.time, align: 'nowrap', render: row => <span className="num">{row.day}</span> },
              { key: 'value', title: t.value, align: 'right', render: row => count(row.value ?? 0) },
              { key: 'note', title: t.comment, render: row => row.note || '' },
            ]}
          />
        )}
      </Shown>
    </Drawer>
  );
}

const GIVEN: readonly string[] = ['SCORE_KIND_SELF', 'SCORE_KIND_SUPERIOR', 'SCORE_KIND_PEER', 'SCORE_KIND_CLIENT'];

function ScoreDialog({ evaluation, open, onClose, onDone }: { evaluation: string; open: boolean; onClose: () => void; onDone: () => void }) {
  const t = useTexts(evaluationTexts);
  const choices = useChoices();
  const required = [{ required: true, message: t.required }];
  return (
    <FormDialog<{ kind: Enum<'reporting.ScoreKind'>; score: number; comment?: string }>
      open={open}
      title={t.give}
      draft={`score.${evaluation}`}
      onClose={onClose}
      submit={async ({ kind, score, comment }, requestId) => {
        await ask(api.POST('/v1/evaluations/{evaluation}:score', { params: { path: { evaluation } }, body: { kind, score, comment: comment ?? '', requestId } }));
        onDone();
      }}
    >
      <Form.Item name="kind" label={t.kind} rules={required}>
        <Select options={choices(scoreKind).filter(one => GIVEN.includes(one.value))} />
      </Form.Item>
      <Form.Item name="score" label={t.score} rules={required}>
        <InputNumber min={0} max={100} precision={0} />
      </Form.Item>
      <Form.Item name="comment" label={t.comment}>
        <Input.TextArea rows={4} maxLength={500} />
      </Form.Item>
    </FormDialog>
  );
}
