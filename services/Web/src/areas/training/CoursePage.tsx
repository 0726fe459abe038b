import { Button, Checkbox, Form, Input, InputNumber, Radio, Select } from 'antd';
import { useState } from 'react';
import { useParams } from 'react-router';
import { api, ask, type Schemas } from '../../api/client';
import { queries, useLoad } from '../../api/queries';
import { FormDialog } from '../../kit/form';
import { idOf } from '../../kit/formats';
import { Facts, Page, Panel, Tag } from '../../kit/page';
import { Shown } from '../../kit/states';
import { Rows, type Column } from '../../kit/table';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { useChoices, useWord, type Enum } from '../../kit/words';
import { questionKind } from '../../words/training';
import { trainingTexts } from './texts';

type Question = Schemas['training.Question'];

/** One course and its questions, from which tests are drawn. */
export default function CoursePage() {
  const t = useTexts(trainingTexts);
  const say = useWord();
  const { course: id = '' } = useParams();
  const [editing, setEditing] = useState<Question | 'new' | null>(null);
  const load = useLoad(['courses', 'one', id], signal => ask(api.GET('/v1/courses/{course}', { params: { path: { course: id } }, signal })));
  const retire = async (question: Question) => {
    try {
      await ask(api.PATCH('/v1/questions/{question}', { params: { path: { question: idOf(question.name) } }, body: { ...question, retired: !question.retired } }));
    } catch (fault) {
      toast(fault instanceof Error ? fault.message : String(fault));
    }
    void queries.invalidateQueries({ queryKey: ['questions'] });
  };
  const columns: Column<Question>[] = [
    { key: 'text', title: t.questionText, phone: 'title', render: row => row.text },
    { key: 'kind', title: t.questionKind, width: 96, render: row => say(questionKind, row.kind) },
    { key: 'correct', title: t.correct, width: 240, phone: 'none', render: row => (row.correct ?? []).map(number => optionsOf(row)[number - 1]).join('、') },
    { key: 'points', title: t.points, width: 70, align: 'right', render: row => row.points },
    { key: 'state', title: t.state, width: 92, phone: 'end', render: row => <Tag tone={row.retired ? 'plain' : 'good'}>{row.retired ? t.retired : t.inUse}</Tag> },
    {
      key: 'actions',
      title: '',
      width: 140,
      render: row => (
        <span className="row-actions">
          <button type="button" className="link" onClick={() => setEditing(row)}>{t.edit}</button>
          <button type="button" className="link" onClick={() => void retire(row)}>{row.retired ? t.bringBack : t.retire}</button>
        </span>
      ),
    },
  ];
  return (
    <Page title={load.data?.title ?? t.course} up={{ to: '/courses', title: t.courses }} fill actions={<Button type="primary" onClick={() => setEditing('new')}>{t.newQuestion}</Button>}>
      <Shown of={load} lines={2}>
        {course => (
          <Panel>
            <Facts rows={[[t.minutes, course.minutes], [t.coursePass, course.passScore || ''], [t.validity, course.validityMonths || t.forever], [t.content, course.content, 'wide']]} />
          </Panel>
        )}
      </Shown>
      <Rows<Question>
        label={t.questionBank}
        queryKey={['questions', id]}
        columns={columns}
        rowKey={row => row.name!}
        load={async (page, signal) => {
          const answer = await ask(api.GET('/v1/questions', { params: { query: { ...page, course: `courses/${id}` } }, signal }));
          return { rows: answer.questions ?? [], nextPageToken: answer.nextPageToken };
        }}
      />
      <QuestionDialog course={`courses/${id}`} question={editing === 'new' ? null : editing} open={editing !== null} onClose={() => setEditing(null)} />
    </Page>
  );
}

const TRUE_FALSE = ['对', '错'];

const optionsOf = (question: Pick<Question, 'kind' | 'options'>): readonly string[] => (question.kind === 'QUESTION_KIND_TRUE_FALSE' ? TRUE_FALSE : (question.options ?? []));

const lines = (text: string | undefined) => (text ?? '').split('\n').map(line => line.trim()).filter(line => line !== '');

/** As it is typed: the options one a line. */
interface Entered {
  kind: Enum<'training.QuestionKind'>;
  text: string;
  options?: string;
  correct?: number[];
  points: number;
}

function QuestionDialog({ course, question, open, onClose }: { course: string; question: Question | null; open: boolean; onClose: () => void }) {
  const t = useTexts(trainingTexts);
  const choices = useChoices();
  const required = [{ required: true, message: t.required }];
  return (
    <FormDialog<Entered>
      title={question ? t.edit : t.newQuestion}
      open={open}
      onClose={onClose}
      within="question"
      draft={question?.name ?? `${course}.question`}
      initial={question ? { kind: question.kind, text: question.text, options: (question.options ?? []).join('\n'), correct: question.correct ?? [], points: question.points } : { kind: 'QUESTION_KIND_SINGLE', points: 10 }}
      submit={async ({ kind, text, options, correct, points }, requestId) => {
        const body: Question = { course, kind, text, points, options: kind === 'QUESTION_KIND_TRUE_FALSE' ? [] : lines(options), correct: [...(correct ?? [])].sort((a, b) => a - b) };
        if (question) await ask(api.PATCH('/v1/questions/{question}', { params: { path: { question: idOf(question.name) } }, body: { ...body, retired: question.retired ?? false, etag: question.etag ?? '' } }));
        else await ask(api.POST('/v1/questions', { params: { query: { requestId } }, body }));
        toast(t.saved);
        void queries.invalidateQueries({ queryKey: ['questions'] });
      }}
    >
      <Form.Item name="kind" label={t.questionKind} rules={required}>
        <Select options={choices(questionKind)} />
      </Form.Item>
      <Form.Item name="text" label={t.questionText} rules={required}>
        <Input.TextArea rows={3} maxLength={1000} />
      </Form.Item>
      <Form.Item noStyle shouldUpdate={(a: Entered, b: Entered) => a.kind !== b.kind}>
        {({ getFieldValue }) =>
          getFieldValue('kind') !== 'QUESTION_KIND_TRUE_FALSE' && (
            <Form.Item name="options" label={t.options} rules={required}>
              <Input.TextArea rows={4} />
            </Form.Item>
          )
        }
      </Form.Item>
      <Form.Item noStyle shouldUpdate>
        {({ getFieldValue }) => (
          <Form.Item name="correct" label={t.correct} rules={required}>
            <Chosen kind={getFieldValue('kind')} options={optionsOf({ kind: getFieldValue('kind'), options: lines(getFieldValue('options')) })} />
          </Form.Item>
        )}
      </Form.Item>
      <Form.Item name="points" label={t.points} rules={required}>
        <InputNumber min={1} max={100} precision={0} />
      </Form.Item>
    </FormDialog>
  );
}

/** One of the options, or several; what is chosen is counted from 1. */
export function Chosen({ kind, options, value = [], onChange, id, label }: { kind: Question['kind']; options: readonly string[]; value?: number[]; onChange?: (chosen: number[]) => void; id?: string; label?: string }) {
  const choices = options.map((option, index) => ({ value: index + 1, label: option }));
  if (kind === 'QUESTION_KIND_MULTIPLE') return <Checkbox.Group {...(id ? { id } : {})} aria-label={label} className="stacked" options={choices} value={value} onChange={chosen => onChange?.([...chosen].sort((a, b) => a - b))} />;
  return <Radio.Group {...(id ? { id } : {})} aria-label={label} className="stacked" options={choices} value={value[0] ?? null} onChange={event => onChange?.([event.target.value as number])} />;
}
