import { Button } from 'antd';
import { useParams } from 'react-router';
import { api, ask, download, type Schemas } from '../../api/client';
import { useLoad } from '../../api/queries';
import { Facts, Page, Panel } from '../../kit/page';
import { PlainTable } from '../../kit/plain';
import { Shown } from '../../kit/states';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { StateTag, useWord } from '../../kit/words';
import { decompositionLevel, decompositionState, stageKind } from '../../words/plans';
import { Measure } from './PlansPage';
import { planTexts } from './texts';

/** One person's share of a month's plan: stage by stage what is due, what was done, and what is undertaken where it is short. */
export default function DecompositionPage() {
  const t = useTexts(planTexts);
  const say = useWord();
  const { decomposition = '' } = useParams();
  const load = useLoad(['decompositions', 'progress', decomposition], signal => ask(api.GET('/v1/decompositions/{decomposition}:progress', { params: { path: { decomposition } }, signal })));
  const one = load.data?.decomposition;
  const get = (verb: string) => void download(`/v1/decompositions/${decomposition}:${verb}`, `${verb}.xlsx`).catch(fault => toast(String(fault.message)));
  return (
    <Page
      title={one ? `${one.month} ${one.implementerName || one.organisationName}` : t.decomposition}
      up={{ to: '/plans', title: t.plans }}
      about={one && <StateTag of={decompositionState} value={one.state} />}
      actions={
        <>
          <Button onClick={() => get('export')}>{t.exportForm}</Button>
          <Button onClick={() => get('exportProgress')}>{t.exportProgress}</Button>
        </>
      }
    >
      <Shown of={load}>
        {progress => (
          <>
            <Panel>
              <Facts
                rows={[
                  [t.level, say(decompositionLevel, one?.level)],
                  [t.organisation, one?.organisationName],
                  [t.agents, <Measure key="agents" of={progress.agents} />],
                  [t.terminals, <Measure key="terminals" of={progress.terminals} />],
                ]}
              />
            </Panel>
            <Panel title={t.progress} bare>
              <PlainTable<Schemas['reporting.StageProgress']>
                label={t.progress}
                rows={progress.stages ?? []}
                rowKey={(row, index) => `${row.stage?.kind}${index}`}
                columns={[
                  { key: 'stage', title: t.stage, heads: true, align: 'nowrap', render: row => say(stageKind, row.stage?.kind) },
                  { key: 'due', title: t.due, align: 'nowrap', render: row => <span className="num">{row.stage?.dueDate || '–'}</span> },
                  { key: 'content', title: t.content, render: row => row.stage?.content || '–' },
                  { key: 'agents', title: t.agents, render: row => <Measure of={row.agents} /> },
                  { key: 'terminals', title: t.terminals, render: row => <Measure of={row.terminals} /> },
                  { key: 'completion', title: t.completion, render: row => row.completion || '–' },
                  { key: 'measure', title: t.measures, render: row => row.measure || '–' },
                  { key: 'expected', title: t.expected, align: 'nowrap', render: row => <span className="num">{row.expectedDate || '–'}</span> },
                ]}
              />
            </Panel>
          </>
        )}
      </Shown>
    </Page>
  );
}
