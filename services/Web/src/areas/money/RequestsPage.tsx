import { Button, Select } from 'antd';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { api, ask, type Schemas } from '../../api/client';
import { queries } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { FormDialog } from '../../kit/form';
import { count, idOf, minute, money, number } from '../../kit/formats';
import { PartnerPicker } from '../../kit/names';
import { Page } from '../../kit/page';
import { Rows, type Column } from '../../kit/table';
import { useTexts } from '../../kit/texts';
import { useFilters } from '../../kit/url';
import { StateTag, useChoices, useWord } from '../../kit/words';
import { paymentKind, paymentState } from '../../words/money';
import { RequestFields, toRequest, type RequestForm } from './RequestFields';
import { moneyTexts } from './texts';

type Request = Schemas['contract.PaymentRequest'];

/** What is asked for: money to be received, invoices to be made out. */
export default function RequestsPage() {
  const t = useTexts(moneyTexts);
  const say = useWord();
  const choices = useChoices();
  const { can } = useCaller();
  const [filters, change] = useFilters('kind', 'state', 'partner');
  const columns: Column<Request>[] = [
    { key: 'partner', title: t.partner, phone: 'title', sort: row => row.partnerName ?? '', render: row => <Link to={`/paymentRequests/${idOf(row.name)}`}>{row.partnerName || row.partner}</Link> },
    { key: 'kind', title: t.kind, width: 110, render: row => say(paymentKind, row.kind) },
    { key: 'state', title: t.state, width: 124, phone: 'end', sort: row => Object.keys(paymentState).indexOf(row.state ?? ''), render: row => <StateTag of={paymentState} value={row.state} /> },
    { key: 'lines', title: t.lines, width: 110, align: 'right', phone: 'none', render: row => count(row.lines?.length ?? 0) },
    { key: 'amount', title: t.amount, width: 140, align: 'right', sort: row => number(row.amountFen), render: row => money(row.amountFen) },
    { key: 'drafter', title: t.drafter, width: 100, render: row => row.drafterName },
    { key: 'since', title: t.since, width: 146, phone: 'none', sort: row => row.sinceTime ?? '', render: row => <span className="num">{minute(row.sinceTime)}</span> },
  ];
  return (
    <Page title={t.requests} fill actions={can('contract.payments.create') && <CreateRequest partner={filters.partner} />}>
      <Rows<Request>
        label={t.requests}
        queryKey={['payment-requests', filters]}
        columns={columns}
        rowKey={row => row.name!}
        load={async (page, signal) => {
          const query = { ...page, kind: (filters.kind || undefined) as Request['kind'] | undefined, state: (filters.state || undefined) as Request['state'], partner: filters.partner || undefined };
          const answer = await ask(api.GET('/v1/paymentRequests', { params: { query }, signal }));
          return { rows: answer.paymentRequests ?? [], nextPageToken: answer.nextPageToken };
        }}
        filters={
          <>
            <Select aria-label={t.kind} placeholder={t.kind} allowClear style={{ width: 130 }} options={choices(paymentKind)} value={filters.kind || null} onChange={kind => change({ kind: kind ?? '' })} />
            <Select aria-label={t.state} placeholder={t.state} allowClear style={{ width: 150 }} options={choices(paymentState)} value={filters.state || null} onChange={state => change({ state: state ?? '' })} />
            <PartnerPicker label={t.partner} placeholder={t.partner} style={{ width: 250 }} value={filters.partner} onChange={partner => change({ partner })} />
          </>
        }
      />
    </Page>
  );
}

function CreateRequest({ partner }: { partner: string }) {
  const t = useTexts(moneyTexts);
  const go = useNavigate();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button type="primary" onClick={() => setOpen(true)}>
        {t.newRequest}
      </Button>
      <FormDialog<RequestForm>
        title={t.newRequest}
        open={open}
        onClose={() => setOpen(false)}
        within="paymentRequest"
        draft="payment-request.new"
        initial={{ kind: 'PAYMENT_KIND_RECEIPT', ...(partner ? { partner } : {}) }}
        submit={async (values, requestId) => {
          const made = await ask(api.POST('/v1/paymentRequests', { params: { query: { requestId } }, body: toRequest(values) }));
          void queries.invalidateQueries({ queryKey: ['payment-requests'] });
          void go(`/${made.name}`);
        }}
      >
        <RequestFields isNew />
      </FormDialog>
    </>
  );
}
