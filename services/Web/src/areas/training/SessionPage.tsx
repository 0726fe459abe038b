import './training.css';
import { Button, Form, Input, InputNumber, Rate } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { api, ask, type Schemas } from '../../api/client';
import { queries, useLoad } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { MinutePicker } from '../../kit/date';
import { FormDialog } from '../../kit/form';
import { minute } from '../../kit/formats';
import { useOrganisations } from '../../kit/names';
import { Facts, Page, Panel } from '../../kit/page';
import { PlainTable } from '../../kit/plain';
import { ReasonDialog } from '../../kit/reason';
import { Shown } from '../../kit/states';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { StateTag, useWord } from '../../kit/words';
import { sessionState, trainingWay } from '../../words/training';
import { LecturerPicker, RoomPicker, useCourses, useRooms } from './catalogue';
import { Roster } from './Roster';
import { trainingTexts } from './texts';

type Session = Schemas['training.TrainingSession'];
type Doing = 'reschedule' | 'cancel' | 'hold' | 'close' | 'exam';

/** One session: where and when, who came and how they did. */
export default function SessionPage() {
  const t = useTexts(trainingTexts);
  const say = useWord();
  const { can } = useCaller();
  const { titleOf } = useCourses();
  const rooms = useRooms();
  const organisations = useOrganisations();
  const { session = '' } = useParams();
  const [doing, setDoing] = useState<Doing | null>(null);
  const load = useLoad(['training-sessions', 'one', session], signal => ask(api.GET('/v1/trainingSessions/{trainingSession}', { params: { path: { trainingSession: session } }, signal })));
  const one = load.data;
  const scheduled = one?.state === 'TRAINING_SESSION_STATE_SCHEDULED';
  const offered: [Doing, string, boolean][] = [
    ['cancel', t.cancel, scheduled && can('training.sessions.create')],
    ['reschedule', t.reschedule, scheduled && can('training.sessions.create')],
    ['hold', t.hold, scheduled && can('training.sessions.hold')],
    ['close', t.close, one?.state === 'TRAINING_SESSION_STATE_HELD' && can('training.sessions.hold')],
  ];
  return (
    <Page
      title={one ? titleOf(one.course) || t.session : t.session}
      up={{ to: '/trainingSessions', title: t.calendar }}
      about={one && <StateTag of={sessionState} value={one.state} />}
      actions={offered.map(([what, title, offer]) => offer && <Button key={what} {...(what === 'hold' || what === 'close' ? { type: 'primary' as const } : {})} onClick={() => setDoing(what)}>{title}</Button>)}
    >
      <Shown of={load}>
        {shown => (
          <>
            <Panel>
              <Facts
                rows={[
                  [t.time, `${minute(shown.startTime)}–${minute(shown.endTime).slice(11)}`],
                  [t.way, say(trainingWay, shown.way)],
                  [t.lecturer, shown.lecturerDisplayName || shown.provider],
                  [t.place, rooms.nameOf(shown.room) || shown.place || shown.link],
                  [t.organisation, organisations.nameOf(shown.organisation)],
                  [t.enrolled, `${shown.enrolled ?? 0} / ${shown.capacity}`],
                  [t.attended, shown.attended ?? 0],
                  [t.effect, shown.effect || ''],
                  ...(shown.feedback ? [[t.feedback, shown.feedback, 'wide'] as const] : []),
                  ...(shown.reason ? [[t.reason, shown.reason, 'wide'] as const] : []),
                ]}
              />
            </Panel>
            <Roster session={shown} />
            {can('training.exams.read') && <Exams session={shown} onNew={() => setDoing('exam')} />}
            <Dialogs session={shown} doing={doing} onClose={() => setDoing(null)} />
          </>
        )}
      </Shown>
    </Page>
  );
}

function Exams({ session, onNew }: { session: Session; onNew: () => void }) {
  const t = useTexts(trainingTexts);
  const { can } = useCaller();
  const load = useLoad(['exams', session.name], signal => ask(api.GET('/v1/exams', { params: { query: { trainingSession: session.name! } }, signal })));
  return (
    <Panel title={t.exams} bare more={can('training.exams.create') && <button type="button" className="link" onClick={onNew}>{t.newExam}</button>}>
      <Shown of={load} lines={2}>
        {({ exams }) => (
          <PlainTable<Schemas['training.Exam']>
            label={t.exams}
            rows={exams ?? []}
            rowKey={row => row.name!}
            columns={[
              { key: 'title', title: t.examTitle, heads: true, render: row => <Link to={`/${row.name}`}>{row.title}</Link> },
              { key: 'questions', title: t.questions, align: 'right', render: row => row.questions?.length ?? 0 },
              { key: 'pass', title: t.passScore, align: 'right', render: row => row.passScore },
              { key: 'attempts', title: t.attempts, align: 'right', render: row => row.maxAttempts || '–' },
            ]}
          />
        )}
      </Shown>
    </Panel>
  );
}

/** What may be done to a session. */
function Dialogs({ session, doing, onClose }: { session: Session; doing: Doing | null; onClose: () => void }) {
  const t = useTexts(trainingTexts);
  const required = [{ required: true, message: t.required }];
  const path = { trainingSession: session.name!.split('/')[1]! };
  const etag = session.etag ?? '';
  const done = () => {
    void queries.invalidateQueries({ queryKey: ['training-sessions'] });
    void queries.invalidateQueries({ queryKey: ['exams'] });
    toast(t.saved);
  };
  return (
    <>
      <ReasonDialog
        open={doing === 'cancel'}
        title={t.cancel}
        danger
        onClose={onClose}
        submit={async (reason, requestId) => {
          await ask(api.POST('/v1/trainingSessions/{trainingSession}:cancel', { params: { path }, body: { reason, etag, requestId } }));
          done();
        }}
      />
      <FormDialog
        open={doing === 'hold'}
        title={t.hold}
        saveLabel={t.hold}
        onClose={onClose}
        submit={async (_, requestId) => {
          await ask(api.POST('/v1/trainingSessions/{trainingSession}:hold', { params: { path }, body: { etag, requestId } }));
          done();
        }}
      >
        <p className="muted">{t.holdAbout}</p>
      </FormDialog>
      <FormDialog<{ effect: number; feedback?: string }>
        open={doing === 'close'}
        title={t.close}
        onClose={onClose}
        submit={async ({ effect, feedback }, requestId) => {
          await ask(api.POST('/v1/trainingSessions/{trainingSession}:close', { params: { path }, body: { effect, feedback: feedback ?? '', etag, requestId } }));
          done();
        }}
      >
        <Form.Item name="effect" label={t.effect} rules={required}>
          <Rate />
        </Form.Item>
        <Form.Item name="feedback" label={t.feedback}>
          <Input.TextArea rows={4} maxLength={1000} />
        </Form.Item>
      </FormDialog>
      <FormDialog<Pick<Session, 'startTime' | 'endTime' | 'lecturer' | 'room'>>
        open={doing === 'reschedule'}
        title={t.reschedule}
        initial={session}
        onClose={onClose}
        submit={async (values, requestId) => {
          await ask(api.POST('/v1/trainingSessions/{trainingSession}:reschedule', { params: { path }, body: { ...values, etag, requestId } }));
          done();
        }}
      >
        <Form.Item name="startTime" label={t.begins} rules={required}>
          <MinutePicker />
        </Form.Item>
        <Form.Item name="endTime" label={t.ends} rules={required}>
          <MinutePicker />
        </Form.Item>
        <Form.Item name="lecturer" label={t.lecturer}>
          <LecturerPicker />
        </Form.Item>
        <Form.Item name="room" label={t.room}>
          <RoomPicker />
        </Form.Item>
      </FormDialog>
      <FormDialog<Schemas['training.Exam'] & { draw: number }>
        open={doing === 'exam'}
        title={t.newExam}
        within="exam"
        initial={{ passScore: 60, maxAttempts: 2, draw: 10 }}
        onClose={onClose}
        submit={async ({ draw, ...exam }, requestId) => {
          await ask(api.POST('/v1/exams', { params: { query: { draw, requestId } }, body: { ...exam, trainingSession: session.name! } }));
          done();
        }}
      >
        <Form.Item name="title" label={t.examTitle} rules={required}>
          <Input maxLength={100} />
        </Form.Item>
        {([['draw', t.draw], ['passScore', t.passScore], ['maxAttempts', t.attempts]] as const).map(([name, label]) => (
          <Form.Item key={name} name={name} label={label} rules={required}>
            <InputNumber min={1} max={100} precision={0} />
          </Form.Item>
        ))}
      </FormDialog>
    </>
  );
}
