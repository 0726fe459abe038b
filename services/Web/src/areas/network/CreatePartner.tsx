import { Button, Form, Select } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { api, ask, type Schemas } from '../../api/client';
import { queries } from '../../api/queries';
import { FormFields } from '../../kit/edit';
import { FormDialog } from '../../kit/form';
import { useTexts } from '../../kit/texts';
import { useChoices } from '../../kit/words';
import { partnerKind } from '../../words/dealer';
import { usePartnerFields } from './partnerFields';
import { networkTexts } from './texts';

type Partner = Schemas['dealer.Partner'];

/** Adds a partner, and opens it. */
export function CreatePartner() {
  const t = useTexts(networkTexts);
  const choices = useChoices();
  const fields = usePartnerFields();
  const go = useNavigate();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button type="primary" onClick={() => setOpen(true)}>
        {t.create}
      </Button>
      <FormDialog<Partner>
        title={t.create}
        open={open}
        onClose={() => setOpen(false)}
        within="partner"
        draft="partner.new"
        initial={{ kind: 'PARTNER_KIND_TERMINAL' }}
        submit={async (partner, requestId) => {
          const body = { ...partner, ...(partner.annualVolume === undefined ? {} : { annualVolume: String(partner.annualVolume) }) };
          const made = await ask(api.POST('/v1/partners', { params: { query: { requestId } }, body }));
          void queries.invalidateQueries({ queryKey: ['partners'] });
          void go(`/${made.name}`);
        }}
      >
        <Form.Item name="kind" label={t.kind} rules={[{ required: true, message: t.required }]}>
          <Select options={choices(partnerKind)} />
        </Form.Item>
        <FormFields fields={fields} />
      </FormDialog>
    </>
  );
}
