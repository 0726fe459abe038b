import { Button, Form, Input, InputNumber } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { api, ask, type Schemas } from '../../api/client';
import { queries, useLoad } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { MonthPicker } from '../../kit/date';
import { FormDialog } from '../../kit/form';
import { count, number, percent, today } from '../../kit/formats';
import { OrganisationPicker } from '../../kit/names';
import { Page, Panel, Tag } from '../../kit/page';
import { PlainTable } from '../../kit/plain';
import { Shown } from '../../kit/states';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { useFilters } from '../../kit/url';
import { StateTag, useWord } from '../../kit/words';
import { decompositionLevel, decompositionState } from '../../words/plans';
import { planTexts } from './texts';

type Decomposition = Schemas['reporting.Decomposition'];
type Node = { decomposition: Decomposition; depth: number; below: { agents: number; terminals: number } | null };

const INDENT = 20;

/** The tree in the order in which it is read, each with the sum of what stands right below it. */
function treeOf(all: readonly Decomposition[]): Node[] {
  const names = new Set(all.map(one => one.name));
  const rows: Node[] = [];
  const visit = (one: Decomposition, depth: number) => {
    const below = all.filter(other => other.parent === one.name);
    const sum = (of: (other: Decomposition) => number) => below.reduce((total, other) => total + of(other), 0);
    rows.push({ decomposition: one, depth, below: below.length === 0 ? null : { agents: sum(other => number(other.agents)), terminals: sum(other => number(other.terminals)) } });
    below.forEach(other => visit(other, depth + 1));
  };
  all.filter(one => !one.parent || !names.has(one.parent)).forEach(one => visit(one, 0));
  return rows;
}

/** What was planned for a month, how far it is, and how it was handed on. */
export default function PlansPage() {
  const t = useTexts(planTexts);
  const { can } = useCaller();
  const [filters, change] = useFilters('month', 'organisation');
  const month = filters.month || today().slice(0, 7);
  const [creating, setCreating] = useState(false);
  return (
    <Page title={t.plans} actions={can('reporting.plans.create') && <Button type="primary" onClick={() => setCreating(true)}>{t.newPlan}</Button>}>
      <div className="filters">
        <MonthPicker label={t.month} value={month} allowClear={false} onChange={next => change({ month: next })} />
        <OrganisationPicker label={t.organisation} placeholder={t.organisation} style={{ width: 220 }} value={filters.organisation} onChange={organisation => change({ organisation })} />
      </div>
      <Attainment month={month} organisation={filters.organisation} />
      {can('reporting.decompositions.read') && <Tree month={month} organisation={filters.organisation} />}
      <PlanDialog open={creating} month={month} onClose={() => setCreating(false)} />
    </Page>
  );
}

function Attainment({ month, organisation }: { month: string; organisation: string }) {
  const t = useTexts(planTexts);
  const load = useLoad(['plans', month, organisation], async signal => {
    const { plans } = await ask(api.GET('/v1/plans', { params: { query: { month, pageSize: 200, organisation: organisation || undefined } }, signal }));
    return Promise.all((plans ?? []).map(plan => ask(api.GET('/v1/plans/{plan}:progress', { params: { path: { plan: plan.name!.split('/')[1]! } }, signal }))));
  });
  return (
    <Panel title={t.plan} bare>
      <Shown of={load}>
        {rows => (
          <PlainTable<Schemas['reporting.PlanProgress']>
            label={t.plan}
            rows={rows}
            rowKey={row => row.plan!.name!}
            columns={[
              { key: 'organisation', title: t.organisation, heads: true, render: row => row.plan!.organisationName },
              { key: 'agents', title: t.agents, render: row => <Measure of={row.agents} /> },
              { key: 'terminals', title: t.terminals, render: row => <Measure of={row.terminals} /> },
              { key: 'quantity', title: t.quantity, render: row => <Measure of={row.salesQuantity} /> },
              { key: 'note', title: t.note, render: row => row.plan!.note || '–' },
            ]}
          />
        )}
      </Shown>
    </Panel>
  );
}

/** What is reached of what was planned; short of it, by how much. */
export function Measure({ of }: { of: Schemas['reporting.PlanMeasure'] | undefined }) {
  const t = useTexts(planTexts);
  if (!of) return '–';
  const gap = number(of.gap);
  return (
    <span className="num" style={{ whiteSpace: 'nowrap' }}>
      {t.measure(count(of.actual ?? 0), count(of.target ?? 0))} {number(of.target) > 0 && <Tag tone={gap > 0 ? 'warn' : 'good'}>{gap > 0 ? t.gap(count(gap)) : percent(of.attainment)}</Tag>}
    </span>
  );
}

function Tree({ month, organisation }: { month: string; organisation: string }) {
  const t = useTexts(planTexts);
  const say = useWord();
  const load = useLoad(['decompositions', month, organisation], async signal => {
    const { decompositions } = await ask(api.GET('/v1/decompositions', { params: { query: { month, pageSize: 1000, organisation: organisation || undefined } }, signal }));
    return treeOf(decompositions ?? []);
  });
  return (
    <Panel title={t.decomposition} bare>
      <Shown of={load}>
        {rows => (
          <PlainTable<Node>
            label={t.decomposition}
            rows={rows}
            rowKey={row => row.decomposition.name!}
            columns={[
              {
                key: 'implementer',
                title: t.implementer,
                heads: true,
                render: ({ decomposition: one, depth }) => (
                  <span style={{ paddingLeft: depth * INDENT }}>
                    <Link to={`/${one.name}`}>{one.implementerName || one.organisationName}</Link>
                  </span>
                ),
              },
              { key: 'level', title: t.level, render: row => say(decompositionLevel, row.decomposition.level) },
              { key: 'organisation', title: t.organisation, render: row => row.decomposition.organisationName },
              { key: 'agents', title: t.agents, align: 'right', render: row => count(row.decomposition.agents ?? 0) },
              { key: 'terminals', title: t.terminals, align: 'right', render: row => count(row.decomposition.terminals ?? 0) },
              { key: 'below', title: t.below, render: row => <Below node={row} /> },
              { key: 'state', title: t.state, render: row => <StateTag of={decompositionState} value={row.decomposition.state} /> },
            ]}
          />
        )}
      </Shown>
    </Panel>
  );
}

/** Whether what was handed on adds up. */
function Below({ node: { decomposition, below } }: { node: Node }) {
  const t = useTexts(planTexts);
  if (!below) return '–';
  const gap = number(decomposition.agents) - below.agents + (number(decomposition.terminals) - below.terminals);
  return (
    <span className="num" style={{ whiteSpace: 'nowrap' }}>
      {t.agents} {count(below.agents)} · {t.terminals} {count(below.terminals)} <Tag tone={gap > 0 ? 'warn' : 'good'}>{gap > 0 ? t.shortOf(count(gap)) : gap < 0 ? t.exceeds(count(-gap)) : t.fits}</Tag>
    </span>
  );
}

function PlanDialog({ open, month, onClose }: { open: boolean; month: string; onClose: () => void }) {
  const t = useTexts(planTexts);
  const { user } = useCaller();
  const required = [{ required: true, message: t.required }];
  return (
    <FormDialog<Schemas['reporting.Plan']>
      title={t.newPlan}
      open={open}
      onClose={onClose}
      within="plan"
      draft="plan.new"
      initial={{ month, ...(user.organisation ? { organisation: user.organisation } : {}) }}
      submit={async (plan, requestId) => {
        const body = { ...plan, agents: String(plan.agents ?? 0), terminals: String(plan.terminals ?? 0), salesQuantity: String(plan.salesQuantity ?? 0) };
        await ask(api.POST('/v1/plans', { params: { query: { requestId } }, body }));
        void queries.invalidateQueries({ queryKey: ['plans'] });
        toast(t.saved);
      }}
    >
      <Form.Item name="month" label={t.month} rules={required}>
        <MonthPicker allowClear={false} />
      </Form.Item>
      <Form.Item name="organisation" label={t.organisation} rules={required}>
        <OrganisationPicker />
      </Form.Item>
      {([['agents', t.agents], ['terminals', t.terminals], ['salesQuantity', t.quantity]] as const).map(([name, label]) => (
        <Form.Item key={name} name={name} label={label}>
          <InputNumber min={0} precision={0} />
        </Form.Item>
      ))}
      <Form.Item name="note" label={t.note}>
        <Input.TextArea rows={3} maxLength={500} />
      </Form.Item>
    </FormDialog>
  );
}
