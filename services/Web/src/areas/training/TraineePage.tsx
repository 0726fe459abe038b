import { Link, useParams } from 'react-router';
import { api, ask, type Schemas } from '../../api/client';
import { useLoad } from '../../api/queries';
import { minute } from '../../kit/formats';
import { Facts, Page, Panel } from '../../kit/page';
import { PlainTable } from '../../kit/plain';
import { Shown } from '../../kit/states';
import { useTexts } from '../../kit/texts';
import { StateTag } from '../../kit/words';
import { attendance } from '../../words/training';
import { trainingTexts } from './texts';

/** 成长档案: where a person worked, what he was taught and how he did. */
export default function TraineePage() {
  const t = useTexts(trainingTexts);
  const { trainee = '' } = useParams();
  const load = useLoad(['trainees', 'one', trainee], signal => ask(api.GET('/v1/trainees/{trainee}', { params: { path: { trainee } }, signal })));
  return (
    <Page title={load.data?.displayName ?? t.growth} up={{ to: '/trainees', title: t.growth }}>
      <Shown of={load}>
        {file => (
          <>
            <Panel>
              <Facts rows={[[t.partner, file.partnerDisplayName], [t.position, file.position], [t.phone, file.phone]]} />
            </Panel>
            <Panel title={t.records} bare>
              <PlainTable<Schemas['training.GrowthRecord']>
                label={t.records}
                rows={file.records ?? []}
                rowKey={(row, index) => `${row.trainingSession}${index}`}
                columns={[
                  { key: 'course', title: t.course, heads: true, render: row => <Link to={`/${row.trainingSession}`}>{row.courseTitle}</Link> },
                  { key: 'time', title: t.time, align: 'nowrap', render: row => <span className="num">{minute(row.startTime)}</span> },
                  { key: 'attendance', title: t.attendance, render: row => <StateTag of={attendance} value={row.attendance} /> },
                  { key: 'score', title: t.score, align: 'right', render: row => row.score || '–' },
                  { key: 'certificate', title: t.certificates, render: row => (row.certificate ? <Link to={`/${row.certificate}`}>{t.certificates}</Link> : '–') },
                ]}
              />
            </Panel>
            <Panel title={t.employments} bare>
              <PlainTable<Schemas['training.Employment']>
                label={t.employments}
                rows={file.employments ?? []}
                rowKey={(_, index) => String(index)}
                columns={[
                  { key: 'partner', title: t.partner, heads: true, render: row => row.partnerDisplayName || row.partner },
                  { key: 'position', title: t.position, render: row => row.position || '–' },
                  { key: 'time', title: t.time, align: 'nowrap', render: row => <span className="num">{row.fromDate} – {row.untilDate || t.until}</span> },
                ]}
              />
            </Panel>
          </>
        )}
      </Shown>
    </Page>
  );
}
