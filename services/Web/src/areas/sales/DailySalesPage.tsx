import { Button, Form, Input, InputNumber } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { api, ask, type Schemas } from '../../api/client';
import { queries } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { DayPicker } from '../../kit/date';
import { FormDialog } from '../../kit/form';
import { addDays, count, idOf, number, today } from '../../kit/formats';
import { PartnerPicker } from '../../kit/names';
import { Page, Tag } from '../../kit/page';
import { Rows, type Column } from '../../kit/table';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { useFilters } from '../../kit/url';
import { ReportSales } from './ReportSales';
import { salesTexts } from './texts';

type Sale = Schemas['reporting.DailySales'];

/** 产品销量: date × partner × product, and reporting it. */
export default function DailySalesPage() {
  const t = useTexts(salesTexts);
  const { can } = useCaller();
  const [filters, change] = useFilters('from', 'to', 'partner');
  const [reporting, setReporting] = useState(false);
  const [correcting, setCorrecting] = useState<Sale | null>(null);
  const to = filters.to || today();
  const from = filters.from || addDays(to, -6);
  const columns: Column<Sale>[] = [
    { key: 'day', title: t.date, width: 120, sort: row => row.day ?? '', render: row => <span className="num">{row.day}</span> },
    { key: 'partner', title: t.partner, phone: 'title', sort: row => row.partnerName ?? '', render: row => <Link to={`/${row.partner}/sales`}>{row.partnerName}</Link> },
    { key: 'product', title: t.product, width: 140, sort: row => row.productCode ?? '', render: row => row.productCode },
    { key: 'quantity', title: t.quantity, width: 100, align: 'right', phone: 'end', sort: row => number(row.quantity), render: row => count(row.quantity) },
    { key: 'reporter', title: t.reporter, width: 110, render: row => row.reporter },
    { key: 'corrected', title: '', width: 90, render: row => row.corrected && <Tag tone="warn">{t.corrected}</Tag> },
    ...(can('reporting.sales.correct')
      ? [
          {
            key: 'correct',
            title: '',
            width: 70,
            render: (row: Sale) => (
              <button type="button" className="link" aria-label={`${t.correct} ${row.day} ${row.partnerName}`} onClick={() => setCorrecting(row)}>
                {t.correct}
              </button>
            ),
          },
        ]
      : []),
  ];
  return (
    <Page
      title={t.dailySales}
      fill
      actions={
        can('reporting.sales.report') && (
          <Button type="primary" onClick={() => setReporting(true)}>
            {t.report}
          </Button>
        )
      }
    >
      <Rows<Sale>
        label={t.dailySales}
        queryKey={['daily-sales', from, to, filters.partner]}
        columns={columns}
        rowKey={row => row.name! + row.productCode!}
        load={async (page, signal) => {
          const answer = await ask(api.GET('/v1/dailySales', { params: { query: { ...page, from, to, partner: filters.partner || undefined } }, signal }));
          return { rows: answer.dailySales ?? [], nextPageToken: answer.nextPageToken };
        }}
        filters={
          <>
            <DayPicker label={t.from} value={from} allowClear={false} onChange={next => change({ from: next })} />
            <DayPicker label={t.to} value={to} allowClear={false} onChange={next => change({ to: next })} />
            <PartnerPicker label={t.partner} placeholder={t.partner} style={{ width: 250 }} value={filters.partner} onChange={partner => change({ partner })} />
          </>
        }
      />
      <CorrectDialog sale={correcting} onClose={() => setCorrecting(null)} />
      {reporting && <ReportSales onClose={() => setReporting(false)} />}
    </Page>
  );
}

/** Puts a reported figure right; what it was and why is kept. */
function CorrectDialog({ sale, onClose }: { sale: Sale | null; onClose: () => void }) {
  const t = useTexts(salesTexts);
  const required = [{ required: true, message: t.required }];
  return (
    <FormDialog<{ quantity: number; reason: string }>
      title={t.correct}
      open={sale !== null}
      onClose={onClose}
      {...(sale ? { initial: { quantity: number(sale.quantity) } } : {})}
      submit={async ({ quantity, reason }, requestId) => {
        await ask(api.POST('/v1/dailySales/{dailySale}:correct', { params: { path: { dailySale: idOf(sale!.name) } }, body: { quantity: String(quantity), reason, etag: sale!.etag ?? '', requestId } }));
        void queries.invalidateQueries({ queryKey: ['daily-sales'] });
        toast(t.correctedNow);
      }}
    >
      <p className="muted" style={{ marginBottom: 14 }}>
        {[sale?.partnerName, sale?.productCode, sale?.day].filter(Boolean).join(' · ')}
      </p>
      <Form.Item name="quantity" label={t.quantity} rules={required}>
        <InputNumber min={0} precision={0} style={{ width: 160 }} />
      </Form.Item>
      <Form.Item name="reason" label={t.reason} rules={required}>
        <Input.TextArea rows={3} maxLength={500} />
      </Form.Item>
    </FormDialog>
  );
}
