import { Alert, Button, Form, Input, InputNumber, Select, Upload } from 'antd';
import { useState } from 'react';
import { api, ask, askRaw, download, newRequestId, type Schemas } from '../../api/client';
import { queries, useLoad } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { FormDialog } from '../../kit/form';
import { PartnerPicker } from '../../kit/names';
import { Panel } from '../../kit/page';
import { PlainTable } from '../../kit/plain';
import { useSettings } from '../../kit/settings';
import { Shown } from '../../kit/states';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { StateTag, useChoices, type Enum } from '../../kit/words';
import { attendance } from '../../words/training';
import { trainingTexts } from './texts';

type Enrolment = Schemas['training.Enrolment'];
type Mark = { attendance?: Enum<'training.Attendance'>; score?: number | null };

/** Who comes, who came, and how well they did; marked for all at once. */
export function Roster({ session }: { session: Schemas['training.TrainingSession'] }) {
  const t = useTexts(trainingTexts);
  const choices = useChoices();
  const { can } = useCaller();
  const name = session.name!;
  const [marks, setMarks] = useState<Record<string, Mark>>({});
  const [adding, setAdding] = useState(false);
  const [problems, setProblems] = useState<readonly string[]>([]);
  const [busy, setBusy] = useState(false);
  const { lang } = useSettings();
  const load = useLoad(['enrolments', name], signal => ask(api.GET('/v1/enrolments', { params: { query: { trainingSession: name, pageSize: 500 } }, signal })));
  const closed = session.state === 'TRAINING_SESSION_STATE_CLOSED' || session.state === 'TRAINING_SESSION_STATE_CANCELLED';
  const marking = can('training.enrolments.mark') && !closed;
  const reload = () => {
    void queries.invalidateQueries({ queryKey: ['enrolments', name] });
    void queries.invalidateQueries({ queryKey: ['training-sessions'] });
  };
  const mark = (enrolment: string, change: Mark) => setMarks(before => ({ ...before, [enrolment]: { ...before[enrolment], ...change } }));

  const attempt = async (work: () => Promise<void>) => {
    setBusy(true);
    setProblems([]);
    try {
      await work();
    } catch (fault) {
      setProblems([fault instanceof Error ? fault.message : String(fault)]);
    } finally {
      setBusy(false);
      reload();
    }
  };

  const save = () =>
    attempt(async () => {
      const came = Object.entries(marks).flatMap(([enrolment, one]) => (one.attendance ? [{ enrolment, attendance: one.attendance }] : []));
      const scores = Object.entries(marks).flatMap(([enrolment, one]) => (typeof one.score === 'number' ? [{ enrolment, score: one.score }] : []));
      if (came.length > 0) await ask(api.POST('/v1/enrolments:recordAttendance', { body: { trainingSession: name, marks: came, requestId: newRequestId() } }));
      if (scores.length > 0) await ask(api.POST('/v1/enrolments:recordScores', { body: { trainingSession: name, scores, requestId: newRequestId() } }));
      setMarks({});
      toast(t.saved);
    });

  const importFile = (file: File) =>
    attempt(async () => {
      const query = new URLSearchParams({ trainingSession: name, requestId: newRequestId() });
      const response = await askRaw(`/v1/enrolments:import?${query}`, { method: 'POST', headers: { 'Content-Type': file.type || 'application/octet-stream' }, body: file });
      const answer = (await response.json()) as Schemas['training.ImportRosterResponse'];
      const errors = answer.errors ?? [];
      if (errors.length > 0) setProblems([t.importErrors, ...errors.map(one => `${t.row(one.row ?? 0, one.column ?? '')}：${lang === 'en' ? one.messageEn : one.messageZh}`)]);
      else toast(t.imported(answer.created ?? 0, answer.unchanged ?? 0));
    });

  const issue = (enrolments: readonly Enrolment[]) =>
    attempt(async () => {
      const answer = await ask(api.POST('/v1/certificates:issue', { body: { trainingSession: name, requestId: newRequestId() } }));
      toast(t.issued(answer.certificates?.length ?? 0));
      const refused = answer.refusals ?? [];
      if (refused.length > 0) setProblems(refused.map(one => `${t.refusals} ${enrolments.find(person => person.name === one.enrolment)?.displayName ?? ''}：${one.reason}`));
      void queries.invalidateQueries({ queryKey: ['certificates'] });
    });

  return (
    <Panel
      title={t.roster}
      bare
      more={
        <span className="row-actions" style={{ flexWrap: 'wrap' }}>
          <button type="button" className="link" onClick={() => void download(`/v1/enrolments:export?trainingSession=${encodeURIComponent(name)}`, 'roster.xlsx').catch(fault => setProblems([String(fault.message)]))}>{t.exportRoster}</button>
          {can('training.enrolments.import') && !closed && (
            <Upload accept=".xlsx,.csv" showUploadList={false} beforeUpload={file => (void importFile(file), false)}>
              <button type="button" className="link">{t.importRoster}</button>
            </Upload>
          )}
          {can('training.enrolments.create') && !closed && <button type="button" className="link" onClick={() => setAdding(true)}>{t.addTrainee}</button>}
        </span>
      }
    >
      {problems.length > 0 && <Alert type="error" role="alert" style={{ margin: 12 }} title={problems.map((one, index) => <div key={index}>{one}</div>)} />}
      <Shown of={load}>
        {({ enrolments = [] }) => (
          <>
            <PlainTable<Enrolment>
              label={t.roster}
              rows={enrolments}
              rowKey={row => row.name!}
              columns={[
                { key: 'name', title: t.person, heads: true, align: 'nowrap', render: row => row.displayName },
                { key: 'position', title: t.position, render: row => row.position || '–' },
                { key: 'partner', title: t.partner, render: row => row.partnerDisplayName || '–' },
                {
                  key: 'attendance',
                  title: t.attendance,
                  render: row =>
                    marking ? (
                      <Select
                        size="small"
                        aria-label={`${t.attendance} ${row.displayName}`}
                        style={{ width: 100 }}
                        options={choices(attendance)}
                        value={marks[row.name!]?.attendance ?? row.attendance ?? null}
                        onChange={next => mark(row.name!, { attendance: next as Enum<'training.Attendance'> })}
                      />
                    ) : (
                      <StateTag of={attendance} value={row.attendance} />
                    ),
                },
                {
                  key: 'score',
                  title: t.score,
                  align: 'right',
                  render: row =>
                    marking ? (
                      <InputNumber
                        size="small"
                        aria-label={`${t.score} ${row.displayName}`}
                        min={0}
                        max={100}
                        precision={0}
                        style={{ width: 76 }}
                        value={marks[row.name!]?.score ?? (row.score || null)}
                        onChange={score => mark(row.name!, { score })}
                      />
                    ) : (
                      row.score || '–'
                    ),
                },
              ]}
            />
            {marking && enrolments.length > 0 && (
              <div style={{ display: 'flex', gap: 8, padding: 12, flexWrap: 'wrap' }}>
                <Button type="primary" loading={busy} disabled={Object.keys(marks).length === 0} onClick={() => void save()}>{t.saveMarks}</Button>
                <Button onClick={() => enrolments.forEach(row => mark(row.name!, { attendance: 'ATTENDANCE_ATTENDED' }))}>{t.all}</Button>
                {can('training.certificates.issue') && session.state === 'TRAINING_SESSION_STATE_HELD' && <Button loading={busy} onClick={() => void issue(enrolments)}>{t.issue}</Button>}
              </div>
            )}
          </>
        )}
      </Shown>
      <FormDialog<Enrolment>
        title={t.addTrainee}
        open={adding}
        onClose={() => setAdding(false)}
        within="enrolment"
        draft={`enrol.${name}`}
        submit={async (enrolment, requestId) => {
          await ask(api.POST('/v1/enrolments', { params: { query: { requestId } }, body: { ...enrolment, trainingSession: name } }));
          reload();
        }}
      >
        <Form.Item name="displayName" label={t.person} rules={[{ required: true, message: t.required }]}>
          <Input maxLength={40} />
        </Form.Item>
        <Form.Item name="phone" label={t.phone}>
          <Input maxLength={30} inputMode="tel" />
        </Form.Item>
        <Form.Item name="position" label={t.position}>
          <Input maxLength={40} />
        </Form.Item>
        <Form.Item name="partner" label={t.partner}>
          <PartnerPicker />
        </Form.Item>
      </FormDialog>
    </Panel>
  );
}
