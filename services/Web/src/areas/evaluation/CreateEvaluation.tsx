import { Button, Form, Select } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { api, ask } from '../../api/client';
import { queries, useLoad } from '../../api/queries';
import { DayPicker } from '../../kit/date';
import { FormDialog } from '../../kit/form';
import { today } from '../../kit/formats';
import { StaffPicker } from '../../kit/names';
import { useTexts } from '../../kit/texts';
import { evaluationTexts } from './texts';

interface Entered {
  template: string;
  subject: string;
  day: string;
}

/** Begins to evaluate somebody by a template. */
export function CreateEvaluation() {
  const t = useTexts(evaluationTexts);
  const go = useNavigate();
  const [open, setOpen] = useState(false);
  const templates = useLoad(['evaluation-templates'], signal => ask(api.GET('/v1/evaluationTemplates', { params: { query: { pageSize: 200 } }, signal })), { enabled: open });
  const required = [{ required: true, message: t.required }];
  return (
    <>
      <Button type="primary" onClick={() => setOpen(true)}>
        {t.newEvaluation}
      </Button>
      <FormDialog<Entered>
        title={t.newEvaluation}
        open={open}
        onClose={() => setOpen(false)}
        within="evaluation"
        initial={{ day: today() }}
        submit={async (evaluation, requestId) => {
          const made = await ask(api.POST('/v1/evaluations', { params: { query: { requestId } }, body: evaluation }));
          void queries.invalidateQueries({ queryKey: ['evaluations'] });
          void go(`/${made.name}`);
        }}
      >
        <Form.Item name="template" label={t.template} rules={required}>
          <Select options={(templates.data?.evaluationTemplates ?? []).filter(one => one.active).map(one => ({ value: one.name!, label: one.displayName }))} />
        </Form.Item>
        <Form.Item name="subject" label={t.subject} rules={required}>
          <StaffPicker />
        </Form.Item>
        <Form.Item name="day" label={t.anyDay} rules={required}>
          <DayPicker disabled={date => date > today()} />
        </Form.Item>
      </FormDialog>
    </>
  );
}
