import { Button, Form, Input, InputNumber, Select } from 'antd';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { api, ask, type Schemas } from '../../api/client';
import { queries } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { DayPicker } from '../../kit/date';
import { CityPicker } from '../../kit/divisions';
import { FormDialog } from '../../kit/form';
import { idOf, minute, today } from '../../kit/formats';
import { PartnerPicker } from '../../kit/names';
import { Page } from '../../kit/page';
import { Rows, type Column } from '../../kit/table';
import { useTexts } from '../../kit/texts';
import { useFilters } from '../../kit/url';
import { StateTag, useChoices } from '../../kit/words';
import { diversionState } from '../../words/dealer';
import { diversionTexts } from './diversionTexts';

type Diversion = Schemas['dealer.Diversion'];

/** 窜货: goods found where they do not belong, and what becomes of the claim. */
export default function DiversionsPage() {
  const t = useTexts(diversionTexts);
  const choices = useChoices();
  const { can } = useCaller();
  const [filters, change] = useFilters('state', 'accused', 'cityCode');
  const columns: Column<Diversion>[] = [
    { key: 'accused', title: t.accused, phone: 'title', sort: row => row.accusedName ?? '', render: row => <Link to={`/diversions/${idOf(row.name)}`}>{row.accusedName || row.accusedText || t.unknown}</Link> },
    { key: 'claimant', title: t.claimant, phone: 'none', render: row => row.claimantName || t.theCompany },
    { key: 'city', title: t.city, width: 110, sort: row => row.cityCode, render: row => row.city },
    { key: 'found', title: t.foundDate, width: 116, sort: row => row.foundDate, render: row => <span className="num">{row.foundDate}</span> },
    { key: 'goods', title: t.goods, width: 190, render: row => row.goods.map(one => `${one.product} × ${one.quantity}`).join('、') },
    { key: 'investigator', title: t.investigator, width: 100, phone: 'none', render: row => row.investigatorName },
    { key: 'since', title: t.since, width: 146, phone: 'none', sort: row => row.createTime ?? '', render: row => <span className="num">{minute(row.createTime)}</span> },
    { key: 'state', title: t.state, width: 96, phone: 'end', render: row => <StateTag of={diversionState} value={row.state} /> },
  ];
  return (
    <Page title={t.cases} fill actions={can('dealer.diversions.claim') && <Claim />}>
      <Rows<Diversion>
        label={t.cases}
        queryKey={['diversions', filters]}
        columns={columns}
        rowKey={row => row.name!}
        load={async (page, signal) => {
          const query = { ...page, state: (filters.state || undefined) as Diversion['state'], accused: filters.accused || undefined, cityCode: filters.cityCode || undefined };
          const answer = await ask(api.GET('/v1/diversions', { params: { query }, signal }));
          return { rows: answer.diversions ?? [], nextPageToken: answer.nextPageToken };
        }}
        filters={
          <>
            <Select aria-label={t.state} placeholder={t.state} allowClear style={{ width: 120 }} options={choices(diversionState)} value={filters.state || null} onChange={state => change({ state: state ?? '' })} />
            <PartnerPicker label={t.accused} placeholder={t.accused} style={{ width: 250 }} value={filters.accused} onChange={accused => change({ accused })} />
            <CityPicker label={t.city} placeholder={t.city} style={{ width: 170 }} value={filters.cityCode} onChange={cityCode => change({ cityCode })} />
          </>
        }
      />
    </Page>
  );
}

function Claim() {
  const t = useTexts(diversionTexts);
  const { user } = useCaller();
  const go = useNavigate();
  const [open, setOpen] = useState(false);
  const required = [{ required: true, message: t.required }];
  return (
    <>
      <Button type="primary" onClick={() => setOpen(true)}>
        {t.claim}
      </Button>
      <FormDialog<Diversion>
        title={t.claim}
        open={open}
        onClose={() => setOpen(false)}
        within="diversion"
        draft="diversion.new"
        initial={{ foundDate: today(), goods: [{ product: '', quantity: '1' }] }}
        submit={async (diversion, requestId) => {
          const body = { ...diversion, goods: diversion.goods.map(one => ({ ...one, quantity: String(one.quantity) })) };
          const made = await ask(api.POST('/v1/diversions', { params: { query: { requestId } }, body }));
          void queries.invalidateQueries({ queryKey: ['diversions'] });
          void go(`/${made.name}`);
        }}
      >
        {!user.partner && (
          <Form.Item name="claimant" label={t.claimant}>
            <PartnerPicker placeholder={t.theCompany} />
          </Form.Item>
        )}
        {!user.partner && (
          <Form.Item name="accused" label={t.accused}>
            <PartnerPicker />
          </Form.Item>
        )}
        <Form.Item name="accusedText" label={t.accusedText}>
          <Input maxLength={200} />
        </Form.Item>
        <div style={{ display: 'grid', gridTemplateColumns: '1fr 1fr', gap: 12 }}>
          <Form.Item name="cityCode" label={t.city} rules={required}>
            <CityPicker />
          </Form.Item>
          <Form.Item name="foundDate" label={t.foundDate} rules={required}>
            <DayPicker disabled={date => date > today()} />
          </Form.Item>
        </div>
        <Form.List name="goods">
          {(fields, { add, remove }) => (
            <>
              {fields.map(field => (
                <fieldset key={field.key} className="part">
                  <div style={{ display: 'grid', gridTemplateColumns: '1fr 1fr 90px', gap: 12 }}>
                    <Form.Item name={[field.name, 'product']} label={t.product} rules={required}>
                      <Input maxLength={50} />
                    </Form.Item>
                    <Form.Item name={[field.name, 'batch']} label={t.batch}>
                      <Input maxLength={50} />
                    </Form.Item>
                    <Form.Item name={[field.name, 'quantity']} label={t.quantity} rules={required}>
                      <InputNumber min={1} precision={0} style={{ width: '100%' }} />
                    </Form.Item>
                  </div>
                  <Form.Item name={[field.name, 'serials']} label={t.serials}>
                    <Select mode="tags" open={false} suffixIcon={null} tokenSeparators={[',', '，', ' ', '\n']} />
                  </Form.Item>
                  {fields.length > 1 && (
                    <Button size="small" onClick={() => remove(field.name)}>
                      {t.remove}
                    </Button>
                  )}
                </fieldset>
              ))}
              <Button size="small" style={{ marginBottom: 14 }} onClick={() => add({ quantity: '1' })}>
                {t.addGoods}
              </Button>
            </>
          )}
        </Form.List>
        <Form.Item name="description" label={t.description} rules={required}>
          <Input.TextArea rows={4} maxLength={4000} />
        </Form.Item>
      </FormDialog>
    </>
  );
}
