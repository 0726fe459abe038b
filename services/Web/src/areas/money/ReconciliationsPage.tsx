import { Button, Form } from 'antd';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { api, ask, type Schemas } from '../../api/client';
import { queries } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { DayPicker } from '../../kit/date';
import { FormDialog } from '../../kit/form';
import { count, day, idOf, money, number, today } from '../../kit/formats';
import { OrganisationPicker } from '../../kit/names';
import { Page } from '../../kit/page';
import { Rows, type Column } from '../../kit/table';
import { useTexts } from '../../kit/texts';
import { useFilters } from '../../kit/url';
import { StateTag } from '../../kit/words';
import { reconciliationState } from '../../words/money';
import { moneyTexts } from './texts';

type Reconciliation = Schemas['contract.Reconciliation'];

const settledOf = (row: Reconciliation) => number(row.agreedCount) + number(row.settledCount);

/** Twice a year the books are compared with every partner's. */
export default function ReconciliationsPage() {
  const t = useTexts(moneyTexts);
  const { user, can } = useCaller();
  const go = useNavigate();
  const [filters, change] = useFilters('organisation');
  const [starting, setStarting] = useState(false);
  const columns: Column<Reconciliation>[] = [
    { key: 'period', title: t.period, width: 120, phone: 'title', sort: row => row.period ?? '', render: row => <Link to={`/reconciliations/${idOf(row.name)}`}>{row.period}</Link> },
    { key: 'organisation', title: t.organisation, sort: row => row.organisationName ?? '', render: row => row.organisationName },
    { key: 'cutoff', title: t.cutoff, width: 116, render: row => <span className="num">{row.cutoffDate}</span> },
    { key: 'progress', title: t.progress, width: 110, align: 'right', render: row => t.of(count(settledOf(row)), count(row.statementCount ?? 0)) },
    { key: 'ours', title: t.ours, width: 146, align: 'right', phone: 'none', sort: row => number(row.ourFen), render: row => money(row.ourFen ?? 0) },
    { key: 'difference', title: t.difference, width: 136, align: 'right', sort: row => number(row.differenceFen), render: row => money(row.differenceFen ?? 0) },
    { key: 'creator', title: t.creator, width: 100, phone: 'none', render: row => row.creatorName },
    { key: 'since', title: t.since, width: 110, phone: 'none', render: row => <span className="num">{day(row.createTime)}</span> },
    { key: 'state', title: t.state, width: 96, phone: 'end', render: row => <StateTag of={reconciliationState} value={row.state} /> },
  ];
  return (
    <Page title={t.reconciliations} fill actions={can('contract.reconciliations.create') && <Button type="primary" onClick={() => setStarting(true)}>{t.newReconciliation}</Button>}>
      <Rows<Reconciliation>
        label={t.reconciliations}
        queryKey={['reconciliations', filters]}
        columns={columns}
        rowKey={row => row.name!}
        load={async (page, signal) => {
          const answer = await ask(api.GET('/v1/reconciliations', { params: { query: { ...page, organisation: filters.organisation || undefined } }, signal }));
          return { rows: answer.reconciliations ?? [], nextPageToken: answer.nextPageToken };
        }}
        filters={<OrganisationPicker label={t.organisation} placeholder={t.organisation} style={{ width: 220 }} value={filters.organisation} onChange={organisation => change({ organisation })} />}
      />
      <FormDialog<Reconciliation>
        title={t.newReconciliation}
        open={starting}
        onClose={() => setStarting(false)}
        within="reconciliation"
        initial={user.organisation ? { organisation: user.organisation } : {}}
        submit={async (values, requestId) => {
          const made = await ask(api.POST('/v1/reconciliations', { params: { query: { requestId } }, body: values }));
          void queries.invalidateQueries({ queryKey: ['reconciliations'] });
          void go(`/${made.name}`);
        }}
      >
        <Form.Item name="organisation" label={t.organisation} rules={[{ required: true, message: t.required }]}>
          <OrganisationPicker />
        </Form.Item>
        <Form.Item name="cutoffDate" label={t.cutoff} extra={t.cutoffHint}>
          <DayPicker disabled={date => date > today()} />
        </Form.Item>
      </FormDialog>
    </Page>
  );
}
