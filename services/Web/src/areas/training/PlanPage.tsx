import { Button, Form, Input, InputNumber, Select } from 'antd';
import { useState } from 'react';
import { useParams } from 'react-router';
import { api, ask, type Schemas } from '../../api/client';
import { queries, useLoad } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { FormDialog } from '../../kit/form';
import { count } from '../../kit/formats';
import { useOrganisations, useStaff } from '../../kit/names';
import { Facts, Page, Panel, Tag } from '../../kit/page';
import { PlainTable } from '../../kit/plain';
import { ReasonDialog } from '../../kit/reason';
import { Shown } from '../../kit/states';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { StateTag, useChoices, useWord } from '../../kit/words';
import { trainingPlanState, trainingWay } from '../../words/training';
import { CoursePicker, useCourses } from './catalogue';
import { trainingTexts } from './texts';

type Plan = Schemas['training.TrainingPlan'];
type Progress = Schemas['training.TrainingPlanItemProgress'];

/** A year's plan: its lines, how far each is, and its approval. */
export default function PlanPage() {
  const t = useTexts(trainingTexts);
  const { plan: id = '' } = useParams();
  const organisations = useOrganisations();
  const load = useLoad(['training-plans', 'one', id], signal => ask(api.GET('/v1/trainingPlans/{trainingPlan}', { params: { path: { trainingPlan: id } }, signal })));
  return (
    <Shown of={load}>
      {plan => (
        <Page title={`${organisations.nameOf(plan.organisation)} · ${plan.year}`} up={{ to: '/trainingPlans', title: t.plans }} about={<StateTag of={trainingPlanState} value={plan.state} />} actions={<Actions plan={plan} />}>
          <Content plan={plan} />
        </Page>
      )}
    </Shown>
  );
}

function Content({ plan }: { plan: Plan }) {
  const t = useTexts(trainingTexts);
  const say = useWord();
  const staff = useStaff();
  const { titleOf } = useCourses();
  const id = plan.name!.split('/')[1]!;
  const load = useLoad(['training-plans', 'progress', id, plan.etag], signal => ask(api.GET('/v1/trainingPlans/{trainingPlan}:progress', { params: { path: { trainingPlan: id } }, signal })));
  return (
    <>
      <Panel>
        <Facts
          rows={[
            [t.submitter, staff.nameOf(plan.submitter)],
            [t.approver, [staff.nameOf(plan.approver), plan.approveDate].filter(Boolean).join(' · ')],
            [t.sumSessions, load.data && `${count(load.data.heldSessions ?? 0)} / ${count(load.data.plannedSessions ?? 0)}`],
            [t.sumPeople, load.data && `${count(load.data.attendedTrainees ?? 0)} / ${count(load.data.plannedTrainees ?? 0)}`],
            [t.unplanned, load.data && count(load.data.unplannedSessions ?? 0)],
            [t.goal, plan.goal, 'wide'],
            ...(plan.reason ? ([[t.reason, plan.reason, 'wide']] as const) : []),
          ]}
        />
      </Panel>
      <Panel title={t.items} bare>
        <Shown of={load}>
          {({ items }) => (
            <PlainTable<Progress>
              label={t.items}
              rows={items ?? []}
              rowKey={(row, index) => row.item?.id ?? String(index)}
              columns={[
                { key: 'month', title: t.inMonth, align: 'right', render: row => row.item?.month },
                { key: 'course', title: t.course, heads: true, render: row => titleOf(row.item?.course) },
                { key: 'goal', title: t.goal, render: row => row.item?.goal },
                { key: 'way', title: t.way, align: 'nowrap', render: row => say(trainingWay, row.item?.way) },
                { key: 'sessions', title: t.sessions, align: 'right', render: row => row.item?.sessions },
                { key: 'people', title: t.people, align: 'right', render: row => row.item?.trainees },
                { key: 'scheduled', title: t.scheduled, align: 'right', render: row => row.scheduled ?? 0 },
                { key: 'held', title: t.held, align: 'right', render: row => row.held ?? 0 },
                { key: 'attended', title: t.attended, align: 'right', render: row => row.attended ?? 0 },
                { key: 'behind', title: t.state, render: row => <Tag tone={row.behind ? 'bad' : 'good'}>{row.behind ? t.behind : t.onTime}</Tag> },
              ]}
            />
          )}
        </Shown>
      </Panel>
    </>
  );
}

type Doing = 'edit' | 'submit' | 'approve' | 'return';

function Actions({ plan }: { plan: Plan }) {
  const t = useTexts(trainingTexts);
  const { can } = useCaller();
  const [doing, setDoing] = useState<Doing | null>(null);
  const params = { path: { trainingPlan: plan.name!.split('/')[1]! } };
  const etag = plan.etag ?? '';
  const open = plan.state === 'TRAINING_PLAN_STATE_DRAFT' || plan.state === 'TRAINING_PLAN_STATE_RETURNED';
  const submitted = plan.state === 'TRAINING_PLAN_STATE_SUBMITTED';
  const close = () => setDoing(null);
  const done = () => {
    toast(t.saved);
    void queries.invalidateQueries({ queryKey: ['training-plans'] });
  };
  return (
    <>
      {open && can('training.plans.edit') && <Button onClick={() => setDoing('edit')}>{t.edit}</Button>}
      {open && can('training.plans.edit') && (plan.items?.length ?? 0) > 0 && <Button type="primary" onClick={() => setDoing('submit')}>{t.submit}</Button>}
      {submitted && can('training.plans.approve') && <Button onClick={() => setDoing('return')}>{t.giveBack}</Button>}
      {submitted && can('training.plans.approve') && <Button type="primary" onClick={() => setDoing('approve')}>{t.approve}</Button>}
      <FormDialog<Plan>
        title={t.edit}
        open={doing === 'edit'}
        onClose={close}
        within="trainingPlan"
        draft={plan.name!}
        initial={{ goal: plan.goal, items: plan.items ?? [] }}
        submit={async ({ goal, items }) => {
          await ask(api.PATCH('/v1/trainingPlans/{trainingPlan}', { params, body: { year: plan.year, goal, items: items ?? [], etag } }));
          done();
        }}
      >
        <PlanFields />
      </FormDialog>
      <FormDialog
        title={doing === 'approve' ? t.approve : t.submit}
        saveLabel={doing === 'approve' ? t.approve : t.submit}
        open={doing === 'submit' || doing === 'approve'}
        onClose={close}
        submit={async (_, requestId) => {
          if (doing === 'approve') await ask(api.POST('/v1/trainingPlans/{trainingPlan}:approve', { params, body: { etag, requestId } }));
          else await ask(api.POST('/v1/trainingPlans/{trainingPlan}:submit', { params, body: { etag, requestId } }));
          done();
        }}
      >
        <p className="muted">{`${plan.year} · ${t.items} ${count(plan.items?.length ?? 0)}`}</p>
      </FormDialog>
      <ReasonDialog
        title={t.giveBack}
        open={doing === 'return'}
        onClose={close}
        submit={async (reason, requestId) => {
          await ask(api.POST('/v1/trainingPlans/{trainingPlan}:return', { params, body: { reason, etag, requestId } }));
          done();
        }}
      />
    </>
  );
}

function PlanFields() {
  const t = useTexts(trainingTexts);
  const choices = useChoices();
  const required = [{ required: true, message: t.required }];
  const whole = (at: number, name: string, label: string, max: number) => (
    <Form.Item name={[at, name]} label={label} rules={required}>
      <InputNumber min={1} max={max} precision={0} style={{ width: '100%' }} />
    </Form.Item>
  );
  return (
    <>
      <Form.Item name="goal" label={t.goal} rules={required}>
        <Input.TextArea rows={3} maxLength={2000} />
      </Form.Item>
      <Form.List name="items">
        {(fields, { add, remove }) => (
          <>
            {fields.map(field => (
              <fieldset key={field.key} className="part">
                {/* Sent back, so that the line stays the line that sessions name. */}
                <Form.Item name={[field.name, 'id']} hidden>
                  <Input />
                </Form.Item>
                <Form.Item name={[field.name, 'course']} label={t.course} rules={required}>
                  <CoursePicker />
                </Form.Item>
                <Form.Item name={[field.name, 'goal']} label={t.goal} rules={required}>
                  <Input.TextArea rows={2} maxLength={500} />
                </Form.Item>
                <div style={{ display: 'grid', gridTemplateColumns: 'repeat(4, minmax(0, 1fr))', gap: 10 }}>
                  <Form.Item name={[field.name, 'way']} label={t.way} rules={required}>
                    <Select options={choices(trainingWay)} />
                  </Form.Item>
                  {whole(field.name, 'month', t.inMonth, 12)}
                  {whole(field.name, 'sessions', t.sessions, 1000)}
                  {whole(field.name, 'trainees', t.people, 100_000)}
                </div>
                <Button size="small" onClick={() => remove(field.name)}>
                  {t.remove}
                </Button>
              </fieldset>
            ))}
            <Button onClick={() => add({ way: 'TRAINING_WAY_INTERNAL', month: 1, sessions: 1, trainees: 20 })}>{t.addItem}</Button>
          </>
        )}
      </Form.List>
    </>
  );
}
