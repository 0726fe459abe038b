import { Button, Form, Input, InputNumber } from 'antd';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { api, ask, type Schemas } from '../../api/client';
import { queries } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { FormDialog } from '../../kit/form';
import { count, idOf, today } from '../../kit/formats';
import { OrganisationPicker, useOrganisations } from '../../kit/names';
import { Page } from '../../kit/page';
import { Rows, type Column } from '../../kit/table';
import { useTexts } from '../../kit/texts';
import { useFilters } from '../../kit/url';
import { StateTag } from '../../kit/words';
import { trainingPlanState } from '../../words/training';
import { trainingTexts } from './texts';

type Plan = Schemas['training.TrainingPlan'];

/** What each organisation means to teach in a year. */
export default function PlansPage() {
  const t = useTexts(trainingTexts);
  const { user, can } = useCaller();
  const organisations = useOrganisations();
  const go = useNavigate();
  const [filters, change] = useFilters('year');
  const [creating, setCreating] = useState(false);
  const thisYear = Number(today().slice(0, 4));
  const required = [{ required: true, message: t.required }];
  const columns: Column<Plan>[] = [
    { key: 'organisation', title: t.organisation, phone: 'title', sort: row => organisations.nameOf(row.organisation), render: row => <Link to={`/trainingPlans/${idOf(row.name)}`}>{organisations.nameOf(row.organisation) || row.organisation}</Link> },
    { key: 'year', title: t.year, width: 80, sort: row => row.year, render: row => <span className="num">{row.year}</span> },
    { key: 'goal', title: t.goal, phone: 'none', render: row => row.goal },
    { key: 'items', title: t.items, width: 100, align: 'right', render: row => count(row.items?.length ?? 0) },
    { key: 'state', title: t.state, width: 100, phone: 'end', render: row => <StateTag of={trainingPlanState} value={row.state} /> },
  ];
  return (
    <Page title={t.plans} fill actions={can('training.plans.edit') && <Button type="primary" onClick={() => setCreating(true)}>{t.newPlan}</Button>}>
      <Rows<Plan>
        label={t.plans}
        queryKey={['training-plans', filters]}
        columns={columns}
        rowKey={row => row.name!}
        load={async (page, signal) => {
          const answer = await ask(api.GET('/v1/trainingPlans', { params: { query: { ...page, year: Number(filters.year) || 0 } }, signal }));
          return { rows: answer.trainingPlans ?? [], nextPageToken: answer.nextPageToken };
        }}
        filters={<InputNumber aria-label={t.year} placeholder={t.year} min={2000} max={2199} precision={0} style={{ width: 110 }} value={Number(filters.year) || null} onChange={year => change({ year: year ? String(year) : '' })} />}
      />
      <FormDialog<Plan>
        title={t.newPlan}
        open={creating}
        onClose={() => setCreating(false)}
        within="trainingPlan"
        draft="training-plan.new"
        initial={{ year: thisYear + 1, ...(user.organisation ? { organisation: user.organisation } : {}) }}
        submit={async (plan, requestId) => {
          const made = await ask(api.POST('/v1/trainingPlans', { params: { query: { requestId } }, body: { ...plan, items: [] } }));
          void queries.invalidateQueries({ queryKey: ['training-plans'] });
          void go(`/${made.name}`);
        }}
      >
        <Form.Item name="organisation" label={t.organisation}>
          <OrganisationPicker />
        </Form.Item>
        <Form.Item name="year" label={t.year} rules={required}>
          <InputNumber min={2000} max={2199} precision={0} />
        </Form.Item>
        <Form.Item name="goal" label={t.goal} rules={required}>
          <Input.TextArea rows={4} maxLength={2000} />
        </Form.Item>
      </FormDialog>
    </Page>
  );
}
