import { Button, Form, Input, InputNumber, Select } from 'antd';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { api, ask, type Schemas } from '../../api/client';
import { queries } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { MinutePicker } from '../../kit/date';
import { FormDialog } from '../../kit/form';
import { idOf, minute } from '../../kit/formats';
import { PartnerPicker } from '../../kit/names';
import { Page } from '../../kit/page';
import { Rows, type Column } from '../../kit/table';
import { useTexts } from '../../kit/texts';
import { useFilters } from '../../kit/url';
import { StateTag, useChoices, useWord } from '../../kit/words';
import { trainingState, trainingWay } from '../../words/training';
import { CoursePicker, useCourses } from './catalogue';
import { trainingTexts } from './texts';

type TrainingRequest = Schemas['training.TrainingRequest'];

/** What partners asked to be taught. */
export default function RequestsPage() {
  const t = useTexts(trainingTexts);
  const say = useWord();
  const choices = useChoices();
  const { can } = useCaller();
  const { titleOf } = useCourses();
  const [filters, change] = useFilters('state', 'partner');
  const [asking, setAsking] = useState(false);
  const columns: Column<TrainingRequest>[] = [
    { key: 'partner', title: t.partner, phone: 'title', sort: row => row.partnerDisplayName ?? '', render: row => <Link to={`/trainings/${idOf(row.name)}`}>{row.partnerDisplayName || row.partner}</Link> },
    { key: 'course', title: t.course, width: 220, sort: row => titleOf(row.course), render: row => titleOf(row.course) },
    { key: 'wish', title: t.wish, width: 150, sort: row => row.wishTime, render: row => <span className="num">{minute(row.wishTime)}</span> },
    { key: 'way', title: t.way, width: 80, phone: 'none', render: row => say(trainingWay, row.way) },
    { key: 'trainees', title: t.trainees, width: 100, align: 'right', phone: 'none', render: row => row.expectedTrainees },
    { key: 'place', title: t.place, width: 180, phone: 'none', render: row => row.place },
    { key: 'state', title: t.state, width: 100, phone: 'end', render: row => <StateTag of={trainingState} value={row.state} /> },
  ];
  return (
    <Page title={t.requests} fill actions={can('training.requests.create') && <Button type="primary" onClick={() => setAsking(true)}>{t.newRequest}</Button>}>
      <Rows<TrainingRequest>
        label={t.requests}
        queryKey={['training-requests', filters]}
        load={async (page, signal) => {
          const query = { ...page, state: (filters.state || undefined) as TrainingRequest['state'], partner: filters.partner || undefined };
          const answer = await ask(api.GET('/v1/trainingRequests', { params: { query }, signal }));
          return { rows: answer.trainingRequests ?? [], nextPageToken: answer.nextPageToken };
        }}
        columns={columns}
        rowKey={row => row.name!}
        filters={
          <>
            <Select aria-label={t.state} placeholder={t.state} allowClear style={{ width: 130 }} options={choices(trainingState)} value={filters.state || null} onChange={next => change({ state: next ?? '' })} />
            <PartnerPicker label={t.partner} placeholder={t.partner} style={{ width: 260 }} value={filters.partner} onChange={partner => change({ partner })} />
          </>
        }
      />
      <AskDialog open={asking} onClose={() => setAsking(false)} />
    </Page>
  );
}

function AskDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useTexts(trainingTexts);
  const choices = useChoices();
  const go = useNavigate();
  const { user } = useCaller();
  const required = [{ required: true, message: t.required }];
  return (
    <FormDialog<TrainingRequest>
      title={t.newRequest}
      open={open}
      onClose={onClose}
      within="trainingRequest"
      draft="training-request.new"
      initial={{ way: 'TRAINING_WAY_INTERNAL', expectedTrainees: 10, ...(user.partner ? { partner: user.partner } : {}) }}
      submit={async (trainingRequest, requestId) => {
        const made = await ask(api.POST('/v1/trainingRequests', { params: { query: { requestId } }, body: trainingRequest }));
        void queries.invalidateQueries({ queryKey: ['training-requests'] });
        void go(`/trainings/${idOf(made.name)}`);
      }}
    >
      <Form.Item name="partner" label={t.partner} rules={required}>
        <PartnerPicker />
      </Form.Item>
      <Form.Item name="course" label={t.course} rules={required}>
        <CoursePicker />
      </Form.Item>
      <div style={{ display: 'grid', gridTemplateColumns: '1fr 1fr', gap: 12 }}>
        <Form.Item name="wishTime" label={t.wish} rules={required}>
          <MinutePicker />
        </Form.Item>
        <Form.Item name="expectedTrainees" label={t.trainees} rules={required}>
          <InputNumber min={1} precision={0} style={{ width: '100%' }} />
        </Form.Item>
      </div>
      <Form.Item name="way" label={t.way}>
        <Select options={choices(trainingWay)} />
      </Form.Item>
      <Form.Item name="place" label={t.place} rules={required}>
        <Input maxLength={200} />
      </Form.Item>
      <Form.Item name="contact" label={t.contact} rules={required}>
        <Input maxLength={40} />
      </Form.Item>
      <Form.Item name="phone" label={t.phone} rules={required}>
        <Input maxLength={30} inputMode="tel" />
      </Form.Item>
    </FormDialog>
  );
}
