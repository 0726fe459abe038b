import { Button, Drawer, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { api, ask, type Schemas } from '../../api/client';
import { queries, useLoad } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { MinutePicker } from '../../kit/date';
import { FormDialog } from '../../kit/form';
import { idOf, minute } from '../../kit/formats';
import { StaffPicker } from '../../kit/names';
import { Page, Tag } from '../../kit/page';
import { PlainTable } from '../../kit/plain';
import { Shown } from '../../kit/states';
import { Rows, type Column } from '../../kit/table';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { CatalogueTabs } from './CatalogueTabs';
import { useCourses } from './catalogue';
import { trainingTexts } from './texts';

type Lecturer = Schemas['training.Lecturer'];

/** Who teaches, what, and when not. */
export default function LecturersPage() {
  const t = useTexts(trainingTexts);
  const { can } = useCaller();
  const { titleOf } = useCourses();
  const [creating, setCreating] = useState(false);
  const [editing, setEditing] = useState<Lecturer | null>(null);
  const [away, setAway] = useState<Lecturer | null>(null);
  const done = () => {
    toast(t.saved);
    void queries.invalidateQueries({ queryKey: ['lecturers'] });
  };
  const change = async (lecturer: Lecturer, body: Partial<Lecturer>) => {
    await ask(api.PATCH('/v1/lecturers/{lecturer}', { params: { path: { lecturer: idOf(lecturer.name) }, query: { updateMask: Object.keys(body).join(',') } }, body: { ...body, etag: lecturer.etag ?? '' } }));
    done();
  };
  const columns: Column<Lecturer>[] = [
    { key: 'name', title: t.lecturer, width: 120, phone: 'title', sort: row => row.displayName ?? '', render: row => row.displayName },
    { key: 'courses', title: t.teaches, render: row => row.courses?.map(titleOf).filter(Boolean).join('、') || t.allCourses },
    { key: 'introduction', title: t.introduction, phone: 'none', render: row => row.introduction },
    { key: 'state', title: t.state, width: 92, phone: 'end', render: row => <Tag tone={row.retired ? 'plain' : 'good'}>{row.retired ? t.retired : t.inUse}</Tag> },
    {
      key: 'actions',
      title: '',
      width: 250,
      render: row => (
        <span className="row-actions">
          <button type="button" className="link" aria-label={`${t.absences} ${row.displayName}`} onClick={() => setAway(row)}>{t.absences}</button>
          {can('training.lecturers.update') && <button type="button" className="link" aria-label={`${t.edit} ${row.displayName}`} onClick={() => setEditing(row)}>{t.edit}</button>}
          {can('training.lecturers.update') && (
            <button type="button" className="link" onClick={() => void change(row, { retired: !row.retired }).catch(fault => toast(String(fault.message)))}>{row.retired ? t.bringBack : t.retire}</button>
          )}
        </span>
      ),
    },
  ];
  return (
    <Page title={t.catalogue} fill actions={can('training.lecturers.create') && <Button type="primary" onClick={() => setCreating(true)}>{t.newLecturer}</Button>}>
      <CatalogueTabs />
      <Rows<Lecturer>
        label={t.lecturers}
        queryKey={['lecturers', 'rows']}
        columns={columns}
        rowKey={row => row.name!}
        load={async (page, signal) => {
          const answer = await ask(api.GET('/v1/lecturers', { params: { query: page }, signal }));
          return { rows: answer.lecturers ?? [], nextPageToken: answer.nextPageToken };
        }}
      />
      <FormDialog<Lecturer>
        title={t.newLecturer}
        open={creating}
        onClose={() => setCreating(false)}
        within="lecturer"
        draft="lecturer.new"
        submit={async (lecturer, requestId) => {
          await ask(api.POST('/v1/lecturers', { params: { query: { requestId } }, body: lecturer }));
          done();
        }}
      >
        <Form.Item name="staff" label={t.staffMember} rules={[{ required: true, message: t.required }]}>
          <StaffPicker />
        </Form.Item>
        <Fields />
      </FormDialog>
      <FormDialog<Lecturer>
        title={t.edit}
        open={editing !== null}
        onClose={() => setEditing(null)}
        within="lecturer"
        {...(editing ? { draft: editing.name!, initial: { courses: editing.courses ?? [], introduction: editing.introduction ?? '' } } : {})}
        submit={({ courses, introduction }) => change(editing!, { courses: courses ?? [], introduction: introduction ?? '' })}
      >
        <Fields />
      </FormDialog>
      {away && <Absences lecturer={away} onClose={() => setAway(null)} />}
    </Page>
  );
}

function Fields() {
  const t = useTexts(trainingTexts);
  const { list } = useCourses();
  return (
    <>
      <Form.Item name="courses" label={t.teaches}>
        <Select mode="multiple" allowClear placeholder={t.allCourses} options={list.filter(one => !one.retired).map(one => ({ value: one.name!, label: one.title }))} />
      </Form.Item>
      <Form.Item name="introduction" label={t.introduction}>
        <Input.TextArea rows={4} maxLength={1000} />
      </Form.Item>
    </>
  );
}

/** When somebody cannot teach; sessions are not put there. */
function Absences({ lecturer, onClose }: { lecturer: Lecturer; onClose: () => void }) {
  const t = useTexts(trainingTexts);
  const { can } = useCaller();
  const [adding, setAdding] = useState(false);
  const path = { lecturer: idOf(lecturer.name) };
  const key = ['lecturers', 'absences', lecturer.name];
  const load = useLoad(key, signal => ask(api.GET('/v1/lecturers/{lecturer}/absences', { params: { path }, signal })));
  const required = [{ required: true, message: t.required }];
  const remove = async (absence: string) => {
    try {
      await ask(api.DELETE('/v1/lecturers/{lecturer}/absences/{absence}', { params: { path: { ...path, absence: idOf(absence) } } }));
    } catch (fault) {
      toast(fault instanceof Error ? fault.message : String(fault));
    }
    void queries.invalidateQueries({ queryKey: key });
  };
  return (
    <Drawer
      open
      title={`${t.absences} · ${lecturer.displayName}`}
      onClose={onClose}
      size={Math.min(560, window.innerWidth)}
      extra={can('training.lecturers.update') && <Button size="small" onClick={() => setAdding(true)}>{t.addAbsence}</Button>}
    >
      <Shown of={load} lines={3}>
        {({ absences }) => (
          <PlainTable<Schemas['training.Absence']>
            label={t.absences}
            rows={absences ?? []}
            rowKey={row => row.name!}
            columns={[
              { key: 'from', title: t.from, align: 'nowrap', render: row => <span className="num">{minute(row.startTime)}</span> },
              { key: 'to', title: t.to, align: 'nowrap', render: row => <span className="num">{minute(row.endTime)}</span> },
              { key: 'reason', title: t.reason, render: row => row.reason },
              { key: 'remove', title: <span className="only-read">{t.remove}</span>, render: row => can('training.lecturers.update') && <button type="button" className="link" onClick={() => void remove(row.name!)}>{t.remove}</button> },
            ]}
          />
        )}
      </Shown>
      <FormDialog<Schemas['training.Absence']>
        title={t.addAbsence}
        open={adding}
        onClose={() => setAdding(false)}
        within="absence"
        submit={async (absence, requestId) => {
          await ask(api.POST('/v1/lecturers/{lecturer}/absences', { params: { path, query: { requestId } }, body: absence }));
          void queries.invalidateQueries({ queryKey: key });
        }}
      >
        <Form.Item name="startTime" label={t.from} rules={required}>
          <MinutePicker />
        </Form.Item>
        <Form.Item name="endTime" label={t.to} rules={required}>
          <MinutePicker />
        </Form.Item>
        <Form.Item name="reason" label={t.reason} rules={required}>
          <Input maxLength={200} />
        </Form.Item>
      </FormDialog>
    </Drawer>
  );
}
