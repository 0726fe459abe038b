import { Button, Select } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { api, ask, download, newRequestId, type Schemas } from '../../api/client';
import { queries, useLoad } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { FormDialog } from '../../kit/form';
import { count, idOf, money, number } from '../../kit/formats';
import { Page } from '../../kit/page';
import { Shown } from '../../kit/states';
import { Rows, type Column } from '../../kit/table';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { useFilters } from '../../kit/url';
import { StateTag, useChoices } from '../../kit/words';
import { reconciliationState, statementState } from '../../words/money';
import { moneyTexts } from './texts';

type Reconciliation = Schemas['contract.Reconciliation'];
type Statement = Schemas['contract.ReconciliationStatement'];

/** One half-year's reconciliation: every partner's statement and where it stands. */
export default function ReconciliationPage() {
  const t = useTexts(moneyTexts);
  const { reconciliation: id = '' } = useParams();
  const load = useLoad(['reconciliations', 'one', id], signal => ask(api.GET('/v1/reconciliations/{reconciliation}', { params: { path: { reconciliation: id } }, signal })));
  return (
    <Shown of={load}>
      {one => (
        <Page
          title={`${one.organisationName ?? ''} · ${one.period ?? ''}`}
          up={{ to: '/reconciliations', title: t.reconciliations }}
          about={
            <>
              <StateTag of={reconciliationState} value={one.state} /> {t.cutoff} {one.cutoffDate}
            </>
          }
          actions={<Actions of={one} />}
          fill
        >
          <Statements reconciliation={one.name!} />
        </Page>
      )}
    </Shown>
  );
}

function Actions({ of }: { of: Reconciliation }) {
  const t = useTexts(moneyTexts);
  const { can } = useCaller();
  const [sending, setSending] = useState(false);
  const id = idOf(of.name);
  return (
    <>
      <Button onClick={() => void download(`/v1/reconciliations/${id}:export?requestId=${newRequestId()}`, 'reconciliation.xlsx').catch(fault => toast(String(fault.message)))}>{t.exportFile}</Button>
      {can('contract.reconciliations.create') && number(of.openCount) > 0 && (
        <Button type="primary" onClick={() => setSending(true)}>
          {t.sendAll}
        </Button>
      )}
      <FormDialog
        title={t.sendAll}
        saveLabel={t.sendAll}
        open={sending}
        onClose={() => setSending(false)}
        submit={async (_, requestId) => {
          await ask(api.POST('/v1/reconciliations/{reconciliation}:send', { params: { path: { reconciliation: id } }, body: { etag: of.etag ?? '', requestId } }));
          toast(t.done);
          void queries.invalidateQueries({ queryKey: ['reconciliations'] });
          void queries.invalidateQueries({ queryKey: ['reconciliation-statements'] });
        }}
      >
        <p className="muted">
          {t.statements} {count(of.openCount)}
        </p>
      </FormDialog>
    </>
  );
}

function Statements({ reconciliation }: { reconciliation: string }) {
  const t = useTexts(moneyTexts);
  const choices = useChoices();
  const [filters, change] = useFilters('state');
  const columns: Column<Statement>[] = [
    { key: 'partner', title: t.partner, phone: 'title', sort: row => row.partnerName ?? '', render: row => <Link to={`/${row.name}`}>{row.partnerName}</Link> },
    { key: 'ours', title: t.ours, width: 150, align: 'right', sort: row => number(row.ourFen), render: row => money(row.ourFen ?? 0) },
    { key: 'theirs', title: t.theirs, width: 150, align: 'right', render: row => money(row.theirFen) },
    { key: 'difference', title: t.difference, width: 150, align: 'right', sort: row => number(row.differenceFen), render: row => (row.theirFen === undefined ? '–' : money(row.differenceFen ?? 0)) },
    { key: 'state', title: t.state, width: 110, phone: 'end', sort: row => Object.keys(statementState).indexOf(row.state ?? ''), render: row => <StateTag of={statementState} value={row.state} /> },
  ];
  return (
    <Rows<Statement>
      label={t.statements}
      queryKey={['reconciliation-statements', reconciliation, filters]}
      columns={columns}
      rowKey={row => row.name!}
      load={async (page, signal) => {
        const answer = await ask(api.GET('/v1/reconciliationStatements', { params: { query: { ...page, reconciliation, state: (filters.state || undefined) as Statement['state'] } }, signal }));
        return { rows: answer.statements ?? [], nextPageToken: answer.nextPageToken };
      }}
      filters={<Select aria-label={t.state} placeholder={t.state} allowClear style={{ width: 130 }} options={choices(statementState)} value={filters.state || null} onChange={state => change({ state: state ?? '' })} />}
    />
  );
}
