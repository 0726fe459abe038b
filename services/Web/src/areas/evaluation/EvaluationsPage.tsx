import { Button, Input, Select } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { api, ask, type Schemas } from '../../api/client';
import { useLoad } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { count } from '../../kit/formats';
import { Page, Panel, Tag } from '../../kit/page';
import { PlainTable } from '../../kit/plain';
import { useRole } from '../../kit/roles';
import { Shown } from '../../kit/states';
import { Rows, type Column } from '../../kit/table';
import { useTexts } from '../../kit/texts';
import { useFilters } from '../../kit/url';
import { StateTag, useChoices, useWord } from '../../kit/words';
import { evaluationCycle, evaluationState, scoreKind } from '../../words/evaluation';
import { CreateEvaluation } from './CreateEvaluation';
import { TemplateDialog } from './TemplateDialog';
import { evaluationTexts } from './texts';

type Evaluation = Schemas['reporting.Evaluation'];
type Template = Schemas['reporting.EvaluationTemplate'];

/** Who was evaluated and how: all of them, ranked, and what they are measured by. */
export default function EvaluationsPage() {
  const t = useTexts(evaluationTexts);
  const choices = useChoices();
  const { can } = useCaller();
  const [filters, change] = useFilters('period', 'state', 'template');
  const columns: Column<Evaluation>[] = [
    { key: 'subject', title: t.subject, width: 150, phone: 'title', sort: row => row.subjectName ?? '', render: row => <Link to={`/${row.name}`}>{row.subjectName || row.subject}</Link> },
    { key: 'template', title: t.template, sort: row => row.templateName ?? '', render: row => row.templateName },
    { key: 'organisation', title: t.organisation, width: 190, phone: 'none', sort: row => row.organisationName ?? '', render: row => row.organisationName },
    { key: 'period', title: t.period, width: 110, sort: row => row.period ?? '', render: row => <span className="num">{row.period}</span> },
    { key: 'total', title: t.total, width: 90, align: 'right', sort: row => row.total ?? 0, render: row => count(row.total ?? 0) },
    { key: 'state', title: t.state, width: 110, phone: 'end', render: row => <StateTag of={evaluationState} value={row.state} /> },
  ];
  return (
    <Page title={t.evaluations} actions={can('reporting.evaluations.create') && <CreateEvaluation />}>
      <div style={{ display: 'flex', flexDirection: 'column', gap: 14, height: 360 }}>
        <Rows<Evaluation>
          label={t.evaluations}
          queryKey={['evaluations', filters.period, filters.state]}
          load={async (page, signal) => {
            const query = { ...page, period: filters.period || undefined, state: (filters.state || undefined) as Evaluation['state'] };
            const answer = await ask(api.GET('/v1/evaluations', { params: { query }, signal }));
            return { rows: answer.evaluations ?? [], nextPageToken: answer.nextPageToken };
          }}
          columns={columns}
          rowKey={row => row.name!}
          filters={
            <>
              <Input.Search aria-label={t.periodHint} placeholder={t.periodHint} allowClear style={{ width: 210 }} defaultValue={filters.period} onSearch={period => change({ period: period.trim() })} />
              <Select aria-label={t.state} placeholder={t.state} allowClear style={{ width: 140 }} options={choices(evaluationState)} value={filters.state || null} onChange={next => change({ state: next ?? '' })} />
            </>
          }
        />
      </div>
      {can('reporting.evaluationTemplates.read') && <Templates template={filters.template} period={filters.period} onTemplate={template => change({ template })} />}
    </Page>
  );
}

function Templates({ template, period, onTemplate }: { template: string; period: string; onTemplate: (template: string) => void }) {
  const t = useTexts(evaluationTexts);
  const say = useWord();
  const role = useRole();
  const { user, can } = useCaller();
  // Templates are the whole company's: headquarters keeps them.
  const keeps = (permission: string) => can(permission) && user.scopePath === '/hq/';
  const [editing, setEditing] = useState<Template | 'new' | null>(null);
  const load = useLoad(['evaluation-templates'], signal => ask(api.GET('/v1/evaluationTemplates', { params: { query: { pageSize: 200 } }, signal })));
  const list = load.data?.evaluationTemplates ?? [];
  const ranking = useLoad(['evaluation-ranking', template, period], signal => ask(api.GET('/v1/evaluations:ranking', { params: { query: { template, period } }, signal })), { enabled: template !== '' && period !== '' });
  return (
    <>
      <Panel
        title={t.ranking}
        bare
        more={<Select size="small" aria-label={t.template} placeholder={t.template} allowClear style={{ width: 220 }} options={list.map(one => ({ value: one.name!, label: one.displayName }))} value={template || null} onChange={next => onTemplate(next ?? '')} />}
      >
        {template === '' || period === '' ? (
          <p className="state">{t.chooseTemplate}</p>
        ) : (
          <Shown of={ranking}>
            {({ ranked }) => (
              <PlainTable<Schemas['reporting.RankedEvaluation']>
                label={t.ranking}
                rows={ranked ?? []}
                rowKey={row => row.evaluation!.name!}
                columns={[
                  { key: 'rank', title: t.rank, align: 'right', render: row => row.rank },
                  { key: 'subject', title: t.subject, heads: true, render: row => <Link to={`/${row.evaluation!.name}`}>{row.evaluation!.subjectName}</Link> },
                  { key: 'organisation', title: t.organisation, render: row => row.evaluation!.organisationName },
                  { key: 'total', title: t.total, align: 'right', render: row => count(row.evaluation!.total ?? 0) },
                ]}
              />
            )}
          </Shown>
        )}
      </Panel>
      <Panel title={t.templates} bare more={keeps('reporting.evaluationTemplates.create') && <Button size="small" onClick={() => setEditing('new')}>{t.newTemplate}</Button>}>
        <Shown of={load}>
          {() => (
            <PlainTable<Template>
              label={t.templates}
              rows={list}
              rowKey={row => row.name!}
              columns={[
                { key: 'name', title: t.template, heads: true, render: row => row.displayName },
                { key: 'role', title: t.subject, render: row => (row.role ? role(row.role) : '–') },
                { key: 'cycle', title: t.cycle, align: 'nowrap', render: row => say(evaluationCycle, row.cycle) },
                { key: 'indicators', title: t.indicators, render: row => row.indicators.map(one => `${one.displayName} ${one.weight}%`).join('、') },
                { key: 'weights', title: t.weights, render: row => row.weights.map(one => `${say(scoreKind, one.kind)} ${one.weight}%`).join('、') },
                { key: 'state', title: t.state, align: 'nowrap', render: row => <Tag tone={row.active ? 'good' : 'plain'}>{row.active ? t.active : t.inactive}</Tag> },
                ...(keeps('reporting.evaluationTemplates.update')
                  ? [{ key: 'edit', title: <span className="only-read">{t.edit}</span>, render: (row: Template) => <button type="button" className="link" aria-label={`${t.edit} ${row.displayName}`} onClick={() => setEditing(row)}>{t.edit}</button> }]
                  : []),
              ]}
            />
          )}
        </Shown>
      </Panel>
      <TemplateDialog template={editing === 'new' ? null : editing} open={editing !== null} onClose={() => setEditing(null)} />
    </>
  );
}
