import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useParams } from 'react-router';
import { api, ask, type Schemas } from '../../api/client';
import { queries, useLoad } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { DayPicker, MinutePicker } from '../../kit/date';
import { FormDialog } from '../../kit/form';
import { idOf, minute, today } from '../../kit/formats';
import { PartnerLink } from '../../kit/names';
import { Facts, Page, Panel } from '../../kit/page';
import { Shown } from '../../kit/states';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { StateTag, useWord } from '../../kit/words';
import { visitKind, visitState } from '../../words/dealer';
import { visitTexts } from './texts';

type Visit = Schemas['dealer.Visit'];

/** One visit, and the report on it: short enough for a phone in the client's yard. */
export default function VisitPage() {
  const { visit: id = '' } = useParams();
  const t = useTexts(visitTexts);
  const say = useWord();
  const load = useLoad(['visits', 'one', id], signal => ask(api.GET('/v1/visits/{visit}', { params: { path: { visit: id } }, signal })));
  return (
    <Shown of={load}>
      {visit => (
        <Page
          title={visit.partnerName || t.visits}
          up={{ to: '/visits', title: t.visits }}
          about={
            <>
              <StateTag of={visitState} value={visit.state} /> {visit.plannedDate}
            </>
          }
          actions={<Actions visit={visit} />}
        >
          <Panel>
            <Facts
              rows={[
                [t.partner, <PartnerLink key="partner" name={visit.partner} />],
                [t.kind, say(visitKind, visit.kind)],
                [t.visitor, visit.staffName],
                [t.until, minute(visit.dueTime)],
                [t.purpose, visit.purpose, 'wide'],
                ...(visit.cancelReason ? ([[t.reason, visit.cancelReason, 'wide']] as const) : []),
              ]}
            />
          </Panel>
          {visit.report && (
            <Panel title={t.reportTitle}>
              <Facts
                rows={[
                  [t.contact, visit.report.contact],
                  [t.contactTitle, visit.report.contactTitle],
                  [t.phone, visit.report.phone],
                  [t.talkTime, minute(visit.report.talkTime)],
                  [t.next, visit.report.nextVisitDate],
                  [t.signedClient, visit.signedClient ? t.yes : t.no],
                  [t.content, visit.report.content, 'wide'],
                  [t.remark, visit.report.remark, 'wide'],
                ]}
              />
            </Panel>
          )}
        </Page>
      )}
    </Shown>
  );
}

function Actions({ visit }: { visit: Visit }) {
  const t = useTexts(visitTexts);
  const { user, can } = useCaller();
  const [doing, setDoing] = useState<'report' | 'cancel' | null>(null);
  const params = { path: { visit: idOf(visit.name) } };
  const required = [{ required: true, message: t.required }];
  const isOpen = visit.state === 'VISIT_STATE_PLANNED' && visit.staff === user.staff;
  const done = () => {
    toast(t.done);
    void queries.invalidateQueries({ queryKey: ['visits'] });
    void queries.invalidateQueries({ queryKey: ['visit-reminders'] });
  };
  if (!isOpen) return null;
  return (
    <>
      {can('dealer.visits.cancel') && <Button onClick={() => setDoing('cancel')}>{t.cancel}</Button>}
      {can('dealer.visits.report') && (
        <Button type="primary" onClick={() => setDoing('report')}>
          {t.report}
        </Button>
      )}
      <FormDialog<Schemas['dealer.VisitReport']>
        title={t.reportTitle}
        open={doing === 'report'}
        onClose={() => setDoing(null)}
        within="report"
        draft={`${visit.name}.report`}
        initial={{ talkTime: new Date().toISOString() }}
        submit={async (report, requestId) => {
          await ask(api.POST('/v1/visits/{visit}:report', { params, body: { report, etag: visit.etag ?? '', requestId } }));
          done();
        }}
      >
        <Form.Item name="contact" label={t.contact} rules={required}>
          <Input maxLength={50} />
        </Form.Item>
        <Form.Item name="contactTitle" label={t.contactTitle}>
          <Input maxLength={50} />
        </Form.Item>
        <Form.Item name="phone" label={t.phone}>
          <Input inputMode="tel" maxLength={50} />
        </Form.Item>
        <Form.Item name="talkTime" label={t.talkTime} rules={required}>
          <MinutePicker disabled={date => date > today()} />
        </Form.Item>
        <Form.Item name="content" label={t.content} rules={required}>
          <Input.TextArea rows={4} maxLength={4000} />
        </Form.Item>
        <Form.Item name="nextVisitDate" label={t.next}>
          <DayPicker disabled={date => date < today()} />
        </Form.Item>
        <Form.Item name="remark" label={t.remark}>
          <Input.TextArea rows={1} maxLength={500} />
        </Form.Item>
      </FormDialog>
      <FormDialog<{ reason: string }>
        title={t.cancel}
        saveLabel={t.cancel}
        danger
        open={doing === 'cancel'}
        onClose={() => setDoing(null)}
        submit={async ({ reason }, requestId) => {
          await ask(api.POST('/v1/visits/{visit}:cancel', { params, body: { reason, etag: visit.etag ?? '', requestId } }));
          done();
        }}
      >
        <Form.Item name="reason" label={t.reason} rules={required}>
          <Input.TextArea rows={3} maxLength={500} />
        </Form.Item>
      </FormDialog>
    </>
  );
}
