import './training.css';
import { Button } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { api, ask } from '../../api/client';
import { queries, useLoad } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { minute } from '../../kit/formats';
import { PartnerLink, useStaff } from '../../kit/names';
import { Facts, Page, Panel } from '../../kit/page';
import { PlainTable } from '../../kit/plain';
import { ReasonDialog } from '../../kit/reason';
import { Shown } from '../../kit/states';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { StateTag, useWord } from '../../kit/words';
import { trainingState, trainingWay } from '../../words/training';
import { useCourses } from './catalogue';
import { ScheduleDialog } from './ScheduleDialog';
import { trainingTexts } from './texts';

/** One request: what is asked for, what became of it, and what may be decided. */
export default function RequestPage() {
  const t = useTexts(trainingTexts);
  const say = useWord();
  const { can } = useCaller();
  const { titleOf } = useCourses();
  const staff = useStaff();
  const { training = '' } = useParams();
  const [doing, setDoing] = useState<'schedule' | 'reject' | 'cancel' | null>(null);
  const path = { trainingRequest: training };
  const load = useLoad(['training-requests', 'one', training], signal => ask(api.GET('/v1/trainingRequests/{trainingRequest}', { params: { path }, signal })));
  const done = () => {
    void queries.invalidateQueries({ queryKey: ['training-requests'] });
    toast(t.saved);
  };
  const request = load.data;
  const open = request?.state === 'TRAINING_STATE_REQUESTED';
  const cancellable = open || request?.state === 'TRAINING_STATE_SCHEDULED';
  const close = () => setDoing(null);
  return (
    <Page
      title={request ? `${titleOf(request.course)} · ${request.partnerDisplayName ?? ''}` : t.request}
      up={{ to: '/trainings', title: t.requests }}
      about={request && <StateTag of={trainingState} value={request.state} />}
      actions={
        <>
          {cancellable && can('training.requests.cancel') && <Button onClick={() => setDoing('cancel')}>{t.cancel}</Button>}
          {open && can('training.requests.schedule') && <Button onClick={() => setDoing('reject')}>{t.reject}</Button>}
          {open && can('training.sessions.create') && <Button type="primary" onClick={() => setDoing('schedule')}>{t.schedule}</Button>}
        </>
      }
    >
      <Shown of={load}>
        {one => (
          <>
            <Panel>
              <Facts
                rows={[
                  [t.partner, <PartnerLink key="partner" name={one.partner} />],
                  [t.course, titleOf(one.course)],
                  [t.way, say(trainingWay, one.way)],
                  [t.wish, minute(one.wishTime)],
                  [t.trainees, one.expectedTrainees],
                  [t.place, one.place],
                  [t.contact, one.contact],
                  [t.phone, one.phone],
                  [t.lecturer, staff.nameOf(one.lecturer)],
                  [t.time, one.startTime && `${minute(one.startTime)}–${minute(one.endTime).slice(11)}`],
                  [t.answers, one.trainingSession && <Link key="session" to={`/${one.trainingSession}`}>{t.session}</Link>],
                  [t.effect, one.effect || ''],
                  [t.feedback, one.feedback, 'wide'],
                  [t.reason, one.reason, 'wide'],
                ]}
              />
            </Panel>
            {(one.trainees?.length ?? 0) > 0 && (
              <Panel title={t.roster} bare>
                <PlainTable
                  label={t.roster}
                  rows={one.trainees ?? []}
                  rowKey={(_, index) => String(index)}
                  columns={[
                    { key: 'name', title: t.person, heads: true, render: row => row.displayName },
                    { key: 'position', title: t.position, render: row => row.position || '–' },
                    { key: 'attended', title: t.attended, render: row => (row.attended ? '✓' : '–') },
                    { key: 'score', title: t.score, align: 'right', render: row => row.score ?? '–' },
                  ]}
                />
              </Panel>
            )}
          </>
        )}
      </Shown>
      {request && <ScheduleDialog open={doing === 'schedule'} onClose={close} request={request} />}
      <ReasonDialog
        open={doing === 'reject'}
        title={t.reject}
        danger
        onClose={close}
        submit={async (reason, requestId) => {
          await ask(api.POST('/v1/trainingRequests/{trainingRequest}:reject', { params: { path }, body: { reason, etag: request?.etag ?? '', requestId } }));
          done();
        }}
      />
      <ReasonDialog
        open={doing === 'cancel'}
        title={t.cancel}
        danger
        onClose={close}
        submit={async (reason, requestId) => {
          await ask(api.POST('/v1/trainingRequests/{trainingRequest}:cancel', { params: { path }, body: { reason, etag: request?.etag ?? '', requestId } }));
          done();
        }}
      />
    </Page>
  );
}
