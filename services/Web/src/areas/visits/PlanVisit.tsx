import { Button, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { api, ask, type Schemas } from '../../api/client';
import { queries } from '../../api/queries';
import { DayPicker } from '../../kit/date';
import { FormDialog } from '../../kit/form';
import { today } from '../../kit/formats';
import { PartnerPicker } from '../../kit/names';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { useChoices } from '../../kit/words';
import { visitKind } from '../../words/dealer';
import { visitTexts } from './texts';

type Visit = Schemas['dealer.Visit'];

/** 出访登记: registers a visit before leaving. */
export function PlanVisit() {
  const t = useTexts(visitTexts);
  const choices = useChoices();
  const [open, setOpen] = useState(false);
  const required = [{ required: true, message: t.required }];
  return (
    <>
      <Button type="primary" onClick={() => setOpen(true)}>
        {t.plan}
      </Button>
      <FormDialog<Visit>
        title={t.plan}
        open={open}
        onClose={() => setOpen(false)}
        within="visit"
        draft="visit.new"
        initial={{ kind: 'VISIT_KIND_CLIENT_VISIT', plannedDate: today() }}
        submit={async (visit, requestId) => {
          await ask(api.POST('/v1/visits', { params: { query: { requestId } }, body: visit }));
          toast(t.done);
          void queries.invalidateQueries({ queryKey: ['visits'] });
        }}
      >
        <Form.Item name="partner" label={t.partner} rules={required}>
          <PartnerPicker />
        </Form.Item>
        <Form.Item name="kind" label={t.kind} rules={required}>
          <Select options={choices(visitKind)} />
        </Form.Item>
        <Form.Item name="plannedDate" label={t.date} rules={required}>
          <DayPicker disabled={date => date < today()} />
        </Form.Item>
        <Form.Item name="purpose" label={t.purpose}>
          <Input.TextArea rows={2} maxLength={500} />
        </Form.Item>
      </FormDialog>
    </>
  );
}
