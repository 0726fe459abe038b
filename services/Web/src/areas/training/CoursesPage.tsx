import { Button, Input, InputNumber } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { api, ask, type Schemas } from '../../api/client';
import { queries } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { EditDialog, FormFields, type EditField } from '../../kit/edit';
import { FormDialog } from '../../kit/form';
import { count, idOf } from '../../kit/formats';
import { Page, Tag } from '../../kit/page';
import { Rows, type Column } from '../../kit/table';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { CatalogueTabs } from './CatalogueTabs';
import { trainingTexts } from './texts';

type Course = Schemas['training.Course'];

const readCourse = (course: string) => ask(api.GET('/v1/courses/{course}', { params: { path: { course } } }));

/** What is taught. */
export default function CoursesPage() {
  const t = useTexts(trainingTexts);
  const { can } = useCaller();
  const [creating, setCreating] = useState(false);
  const [editing, setEditing] = useState<Course | null>(null);
  const fields: EditField[] = [
    { name: 'title', label: t.title, required: true, input: <Input maxLength={100} /> },
    { name: 'minutes', label: t.minutes, required: true, numeric: true, input: <InputNumber min={15} precision={0} /> },
    { name: 'passScore', label: t.coursePass, numeric: true, input: <InputNumber min={0} max={100} precision={0} /> },
    { name: 'validityMonths', label: t.validity, numeric: true, input: <InputNumber min={0} precision={0} /> },
    { name: 'content', label: t.content, input: <Input.TextArea rows={4} maxLength={2000} /> },
  ];
  const done = () => {
    toast(t.saved);
    void queries.invalidateQueries({ queryKey: ['courses'] });
  };
  const retire = async (course: Course) => {
    try {
      await ask(api.PATCH('/v1/courses/{course}', { params: { path: { course: idOf(course.name) }, query: { updateMask: 'retired' } }, body: { ...course, retired: !course.retired } }));
      done();
    } catch (fault) {
      toast(fault instanceof Error ? fault.message : String(fault));
      void queries.invalidateQueries({ queryKey: ['courses'] });
    }
  };
  const columns: Column<Course>[] = [
    { key: 'title', title: t.title, phone: 'title', sort: row => row.title, render: row => (can('training.questions.edit') ? <Link to={`/courses/${idOf(row.name)}`}>{row.title}</Link> : row.title) },
    { key: 'minutes', title: t.minutes, width: 110, align: 'right', sort: row => row.minutes, render: row => count(row.minutes) },
    { key: 'pass', title: t.coursePass, width: 100, align: 'right', phone: 'none', render: row => row.passScore || '–' },
    { key: 'validity', title: t.validity, width: 150, align: 'right', phone: 'none', render: row => row.validityMonths || t.forever },
    { key: 'content', title: t.content, phone: 'none', render: row => row.content },
    { key: 'state', title: t.state, width: 92, phone: 'end', render: row => <Tag tone={row.retired ? 'plain' : 'good'}>{row.retired ? t.retired : t.inUse}</Tag> },
    ...(can('training.courses.update')
      ? [
          {
            key: 'actions',
            title: '',
            width: 150,
            render: (row: Course) => (
              <span className="row-actions">
                <button type="button" className="link" aria-label={`${t.edit} ${row.title}`} onClick={() => setEditing(row)}>{t.edit}</button>
                <button type="button" className="link" aria-label={`${row.retired ? t.bringBack : t.retire} ${row.title}`} onClick={() => void retire(row)}>{row.retired ? t.bringBack : t.retire}</button>
              </span>
            ),
          },
        ]
      : []),
  ];
  return (
    <Page title={t.catalogue} fill actions={can('training.courses.create') && <Button type="primary" onClick={() => setCreating(true)}>{t.newCourse}</Button>}>
      <CatalogueTabs />
      <Rows<Course>
        label={t.courses}
        queryKey={['courses', 'rows']}
        columns={columns}
        rowKey={row => row.name!}
        load={async (page, signal) => {
          const answer = await ask(api.GET('/v1/courses', { params: { query: page }, signal }));
          return { rows: answer.courses ?? [], nextPageToken: answer.nextPageToken };
        }}
      />
      <FormDialog<Course>
        title={t.newCourse}
        open={creating}
        onClose={() => setCreating(false)}
        within="course"
        draft="course.new"
        initial={{ minutes: 120, passScore: 60, validityMonths: 24 }}
        submit={async (course, requestId) => {
          await ask(api.POST('/v1/courses', { params: { query: { requestId } }, body: course }));
          done();
        }}
      >
        <FormFields fields={fields} />
      </FormDialog>
      {editing && (
        <EditDialog<Course>
          title={t.edit}
          open
          onClose={() => setEditing(null)}
          within="course"
          draft={editing.name!}
          fields={fields}
          record={editing}
          reload={() => readCourse(idOf(editing.name))}
          save={async (changes, changed, etag) => {
            await ask(api.PATCH('/v1/courses/{course}', { params: { path: { course: idOf(editing.name) }, query: { updateMask: changed.join(',') } }, body: { ...editing, ...changes, etag } }));
            done();
          }}
        />
      )}
    </Page>
  );
}
