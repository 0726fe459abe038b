import { Button, Checkbox, Form, Input, InputNumber, Select } from 'antd';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { api, ask, type Schemas } from '../../api/client';
import { queries } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { DayPicker } from '../../kit/date';
import { CityPicker } from '../../kit/divisions';
import { FormDialog } from '../../kit/form';
import { idOf, money, number } from '../../kit/formats';
import { PartnerPicker } from '../../kit/names';
import { Page } from '../../kit/page';
import { Rows, type Column } from '../../kit/table';
import { useTexts } from '../../kit/texts';
import { useFilters } from '../../kit/url';
import { StateTag, useChoices, useWord } from '../../kit/words';
import { agreementKind, agreementState } from '../../words/contract';
import { agreementTexts } from './texts';

type Agreement = Schemas['contract.Agreement'];

/** All agreements that the caller sees. */
export default function AgreementsPage() {
  const t = useTexts(agreementTexts);
  const say = useWord();
  const choices = useChoices();
  const { can } = useCaller();
  const [filters, change] = useFilters('state', 'kind', 'partner');
  const columns: Column<Agreement>[] = [
    { key: 'partner', title: t.partner, phone: 'title', sort: row => row.partnerName ?? '', render: row => <Link to={`/agreements/${idOf(row.name)}`}>{row.partnerName}</Link> },
    { key: 'number', title: t.number, width: 180, sort: row => row.number ?? '', render: row => <span className="num">{row.number || '–'}</span> },
    { key: 'state', title: t.state, width: 100, phone: 'end', sort: row => Object.keys(agreementState).indexOf(row.state ?? ''), render: row => <StateTag of={agreementState} value={row.state} /> },
    { key: 'kind', title: t.kind, width: 126, render: row => say(agreementKind, row.kind) },
    { key: 'amount', title: t.amount, width: 124, align: 'right', phone: 'none', sort: row => number(row.amountFen), render: row => money(row.amountFen) },
    { key: 'from', title: t.from, width: 110, phone: 'none', sort: row => row.effectiveFrom, render: row => <span className="num">{row.effectiveFrom}</span> },
    { key: 'to', title: t.to, width: 110, sort: row => row.effectiveTo, render: row => <span className="num">{row.effectiveTo}</span> },
    { key: 'drafter', title: t.drafter, width: 90, phone: 'none', render: row => row.drafterName },
  ];
  return (
    <Page title={t.agreements} fill actions={can('contract.agreements.create') && <CreateAgreement />}>
      <Rows<Agreement>
        label={t.agreements}
        queryKey={['agreements', filters]}
        columns={columns}
        rowKey={row => row.name!}
        load={async (page, signal) => {
          const query = { ...page, state: (filters.state || undefined) as Agreement['state'], kind: (filters.kind || undefined) as Agreement['kind'], partner: filters.partner || undefined };
          const answer = await ask(api.GET('/v1/agreements', { params: { query }, signal }));
          return { rows: answer.agreements ?? [], nextPageToken: answer.nextPageToken };
        }}
        filters={
          <>
            <Select aria-label={t.state} placeholder={t.state} allowClear style={{ width: 130 }} options={choices(agreementState)} value={filters.state || null} onChange={state => change({ state: state ?? '' })} />
            <Select aria-label={t.kind} placeholder={t.kind} allowClear style={{ width: 150 }} options={choices(agreementKind)} value={filters.kind || null} onChange={kind => change({ kind: kind ?? '' })} />
            <PartnerPicker label={t.partner} placeholder={t.partner} style={{ width: 250 }} value={filters.partner} onChange={partner => change({ partner })} />
          </>
        }
      />
    </Page>
  );
}

/** As it is typed; money in yuan. */
export type AgreementForm = Omit<Agreement, 'amountFen'> & { amountYuan?: number | null };

export const toAgreement = ({ amountYuan, ...rest }: AgreementForm): Agreement => ({
  ...rest,
  ...(amountYuan === undefined || amountYuan === null ? {} : { amountFen: String(Math.round(amountYuan * 100)) }),
});

export function AgreementFields({ isNew }: { isNew?: boolean }) {
  const t = useTexts(agreementTexts);
  const choices = useChoices();
  const required = [{ required: true, message: t.required }];
  return (
    <>
      {isNew && (
        <Form.Item name="kind" label={t.kind} rules={required}>
          <Select options={choices(agreementKind)} />
        </Form.Item>
      )}
      {isNew && (
        <Form.Item name="partner" label={t.partner} rules={required}>
          <PartnerPicker />
        </Form.Item>
      )}
      <Form.Item name="subject" label={t.subject}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="partyA" label={t.partyA} rules={required}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="cityCode" label={t.city}>
        <CityPicker />
      </Form.Item>
      <Form.Item name="products" label={t.products}>
        <Select mode="tags" tokenSeparators={[',', '，', '、', ' ']} />
      </Form.Item>
      <div style={{ display: 'flex', gap: 16 }}>
        <Form.Item name="effectiveFrom" label={t.from} rules={required}>
          <DayPicker />
        </Form.Item>
        <Form.Item name="effectiveTo" label={t.to} rules={required}>
          <DayPicker />
        </Form.Item>
      </div>
      <Form.Item name="amountYuan" label={t.amountYuan}>
        <InputNumber<number> min={0} precision={2} style={{ width: 200 }} />
      </Form.Item>
      <Form.Item name="major" valuePropName="checked">
        <Checkbox>{t.major}</Checkbox>
      </Form.Item>
      <Form.Item name="terms" label={t.terms}>
        <Input.TextArea rows={3} />
      </Form.Item>
      <Form.Item name="deviations" label={t.deviations}>
        <Input.TextArea rows={2} />
      </Form.Item>
    </>
  );
}

function CreateAgreement() {
  const t = useTexts(agreementTexts);
  const go = useNavigate();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button type="primary" onClick={() => setOpen(true)}>
        {t.create}
      </Button>
      <FormDialog<AgreementForm>
        title={t.create}
        open={open}
        onClose={() => setOpen(false)}
        within="agreement"
        draft="agreement.new"
        initial={{ kind: 'AGREEMENT_KIND_TERMINAL' }}
        submit={async (values, requestId) => {
          const made = await ask(api.POST('/v1/agreements', { params: { query: { requestId } }, body: toAgreement(values) }));
          void queries.invalidateQueries({ queryKey: ['agreements'] });
          void go(`/${made.name}`);
        }}
      >
        <AgreementFields isNew />
      </FormDialog>
    </>
  );
}
