import { Button, Form, Input, InputNumber } from 'antd';
import { useState } from 'react';
import { api, ask, type Schemas } from '../../api/client';
import { useCaller } from '../../kit/caller';
import { FormDialog } from '../../kit/form';
import { useTexts } from '../../kit/texts';
import { evaluationTexts } from './texts';

type Evaluation = Schemas['reporting.Evaluation'];
type Doing = 'calibrate' | 'decide' | 'giveAward' | 'giveFeedback';

interface Said {
  points?: number;
  reason?: string;
  decision?: string;
  award?: string;
  feedback?: string;
}

/** What is done about a result by who answers for it: put right, decided on appeal, awarded, spoken about. */
export function JudgeActions({ evaluation: one, onDone }: { evaluation: Evaluation; onDone: () => void }) {
  const t = useTexts(evaluationTexts);
  const { user, can } = useCaller();
  const [doing, setDoing] = useState<Doing | null>(null);
  const params = { path: { evaluation: one.name!.split('/')[1]! } };
  const isOpen = one.state === 'EVALUATION_STATE_OPEN';
  const isMine = one.subject === user.staff;
  const offers: readonly (readonly [Doing, boolean])[] = [
    ['giveFeedback', can('reporting.evaluations.feedback') && !isOpen && !isMine],
    ['giveAward', can('reporting.evaluations.publish') && !isOpen && !isMine && one.state !== 'EVALUATION_STATE_APPEALED'],
    ['decide', can('reporting.evaluations.publish') && one.state === 'EVALUATION_STATE_APPEALED' && !isMine],
    ['calibrate', can('reporting.evaluations.calibrate') && isOpen && !isMine],
  ];
  const act = async (said: Said, requestId: string) => {
    const common = { etag: one.etag ?? '', requestId };
    if (doing === 'calibrate') await ask(api.POST('/v1/evaluations/{evaluation}:calibrate', { params, body: { points: said.points ?? 0, reason: said.reason ?? '', ...common } }));
    else if (doing === 'decide') await ask(api.POST('/v1/evaluations/{evaluation}:decideAppeal', { params, body: { decision: said.decision ?? '', points: said.points ?? 0, ...common } }));
    else if (doing === 'giveAward') await ask(api.POST('/v1/evaluations/{evaluation}:award', { params, body: { award: said.award ?? '', ...common } }));
    else await ask(api.POST('/v1/evaluations/{evaluation}:giveFeedback', { params, body: { feedback: said.feedback ?? '', ...common } }));
    onDone();
  };
  const text = (name: keyof Said, label: string, maxLength: number) => (
    <Form.Item name={name} label={label} rules={[{ required: true, message: t.required }]}>
      <Input.TextArea rows={3} maxLength={maxLength} />
    </Form.Item>
  );
  return (
    <>
      {offers.filter(([, offered]) => offered).map(([what]) => (
        <Button key={what} onClick={() => setDoing(what)}>
          {t[what]}
        </Button>
      ))}
      <FormDialog<Said> title={doing === null ? '' : t[doing]} open={doing !== null} onClose={() => setDoing(null)} initial={{ points: 0, award: one.award ?? '' }} submit={act}>
        {(doing === 'calibrate' || doing === 'decide') && (
          <Form.Item name="points" label={t.points}>
            <InputNumber min={-20} max={20} precision={0} />
          </Form.Item>
        )}
        {doing === 'calibrate' && text('reason', t.reason, 500)}
        {doing === 'decide' && text('decision', t.decision, 500)}
        {doing === 'giveAward' && text('award', t.award, 50)}
        {doing === 'giveFeedback' && text('feedback', t.feedback, 1000)}
      </FormDialog>
    </>
  );
}
