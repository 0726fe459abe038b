import { Button, Form, Input, InputNumber, Select } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { api, ask, download, type Schemas } from '../../api/client';
import { queries, useLoad } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { FormDialog } from '../../kit/form';
import { count, idOf } from '../../kit/formats';
import { OrganisationPicker, StaffPicker, useOrganisations } from '../../kit/names';
import { Page, Panel } from '../../kit/page';
import { PlainTable } from '../../kit/plain';
import { ReasonDialog } from '../../kit/reason';
import { Shown } from '../../kit/states';
import { Rows, type Column } from '../../kit/table';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { useFilters } from '../../kit/url';
import { StateTag, useChoices, useWord } from '../../kit/words';
import { numberState } from '../../words/administration';
import { agreementKind } from '../../words/contract';
import { adminTexts } from './texts';

type Block = Schemas['contract.NumberBlock'];
type ContractNumber = Schemas['contract.ContractNumber'];

const changed = () => {
  void queries.invalidateQueries({ queryKey: ['number-blocks'] });
  void queries.invalidateQueries({ queryKey: ['contract-numbers'] });
};

/** The register of contract numbers: blocks from the printer's, and who holds each number. */
export default function NumbersPage() {
  const t = useTexts(adminTexts);
  const say = useWord();
  const choices = useChoices();
  const { can } = useCaller();
  const { nameOf } = useOrganisations();
  const [filters, change] = useFilters('organisation', 'kind', 'state');
  const [open, setOpen] = useState<'block' | 'issue' | null>(null);
  const [ending, setEnding] = useState<{ what: 'return' | 'void'; number: ContractNumber } | null>(null);
  const { organisation, kind, state } = filters;
  const query = { organisation: organisation || undefined, kind: (kind || undefined) as Block['kind'] | undefined };
  const blocks = useLoad(['number-blocks', organisation, kind], signal => ask(api.GET('/v1/numberBlocks', { params: { query: { pageSize: 200, ...query } }, signal })), { keep: true });
  const columns: Column<ContractNumber>[] = [
    { key: 'number', title: t.number, width: 190, phone: 'title', render: row => <span className="num">{row.number}</span> },
    { key: 'state', title: t.state, width: 92, phone: 'end', render: row => <StateTag of={numberState} value={row.state} /> },
    { key: 'kind', title: t.kind, width: 130, phone: 'none', render: row => say(agreementKind, row.kind) },
    { key: 'organisation', title: t.organisation, width: 170, phone: 'none', render: row => nameOf(row.organisation) || '–' },
    { key: 'holder', title: t.holder, width: 100, render: row => row.holderName || '–' },
    { key: 'date', title: t.date, width: 112, render: row => <span className="num">{row.issueDate || '–'}</span> },
    { key: 'agreement', title: t.agreement, width: 90, phone: 'none', render: row => (row.agreement ? <Link to={`/${row.agreement}`}>{t.agreement}</Link> : '–') },
    { key: 'reason', title: t.reason, phone: 'none', render: row => row.reason || '' },
    {
      key: 'actions',
      title: '',
      width: 110,
      render: row =>
        row.state === 'NUMBER_STATE_ISSUED' && (
          <span className="row-actions">
            {can('contract.numbers.return') && <button type="button" className="link" onClick={() => setEnding({ what: 'return', number: row })}>{t.returnNumber}</button>}
            {can('contract.numbers.void') && <button type="button" className="link" onClick={() => setEnding({ what: 'void', number: row })}>{t.voidNumber}</button>}
          </span>
        ),
    },
  ];
  return (
    <Page
      title={t.numbers}
      actions={
        <>
          <Button onClick={() => void download(`/v1/contractNumbers:export?${new URLSearchParams({ ...(organisation ? { organisation } : {}), ...(kind ? { kind } : {}) })}`, 'register.xlsx').catch(fault => toast(String(fault.message)))}>{t.exportRegister}</Button>
          {can('contract.numbers.issue') && <Button onClick={() => setOpen('issue')}>{t.issue}</Button>}
          {can('contract.numbers.create') && <Button type="primary" onClick={() => setOpen('block')}>{t.registerBlock}</Button>}
        </>
      }
    >
      <Panel title={t.blocks} bare>
        <Shown of={blocks} lines={3}>
          {({ numberBlocks }) => (
            <PlainTable<Block>
              label={t.blocks}
              rows={numberBlocks ?? []}
              rowKey={row => row.name!}
              columns={[
                { key: 'block', title: t.block, heads: true, align: 'nowrap', render: row => <span className="num">{row.prefix}{row.first.padStart(row.width, '0')} – {row.last.padStart(row.width, '0')}</span> },
                { key: 'kind', title: t.kind, render: row => say(agreementKind, row.kind) },
                { key: 'organisation', title: t.organisation, render: row => nameOf(row.organisation) || '–' },
                { key: 'free', title: t.available, align: 'right', render: row => count(row.availableCount ?? 0) },
                { key: 'issued', title: t.issuedCount, align: 'right', render: row => count(row.issuedCount ?? 0) },
                { key: 'used', title: t.used, align: 'right', render: row => count(row.usedCount ?? 0) },
                { key: 'void', title: t.void, align: 'right', render: row => count(row.voidCount ?? 0) },
              ]}
            />
          )}
        </Shown>
      </Panel>
      <div style={{ display: 'flex', flexDirection: 'column', gap: 14, height: 560 }}>
        <Rows<ContractNumber>
          label={t.numbers}
          queryKey={['contract-numbers', filters]}
          load={async (page, signal) => {
            const answer = await ask(api.GET('/v1/contractNumbers', { params: { query: { ...page, ...query, state: (state || undefined) as ContractNumber['state'] } }, signal }));
            return { rows: answer.contractNumbers ?? [], nextPageToken: answer.nextPageToken };
          }}
          columns={columns}
          rowKey={row => row.name!}
          filters={
            <>
              <OrganisationPicker label={t.organisation} placeholder={t.organisation} style={{ width: 210 }} value={organisation} onChange={next => change({ organisation: next })} />
              <Select aria-label={t.kind} placeholder={t.kind} allowClear style={{ width: 150 }} options={choices(agreementKind)} value={kind || null} onChange={next => change({ kind: next ?? '' })} />
              <Select aria-label={t.state} placeholder={t.state} allowClear style={{ width: 120 }} options={choices(numberState)} value={state || null} onChange={next => change({ state: next ?? '' })} />
            </>
          }
        />
      </div>
      <BlockDialog open={open === 'block'} onClose={() => setOpen(null)} />
      <IssueDialog open={open === 'issue'} onClose={() => setOpen(null)} />
      {ending && (
        <ReasonDialog
          open
          title={`${ending.what === 'void' ? t.voidNumber : t.returnNumber} ${ending.number.number}`}
          danger={ending.what === 'void'}
          optional={ending.what === 'return'}
          saveLabel={ending.what === 'void' ? t.voidNumber : t.returnNumber}
          onClose={() => setEnding(null)}
          submit={async (reason, requestId) => {
            const request = { params: { path: { contractNumber: idOf(ending.number.name) } }, body: { reason, etag: ending.number.etag ?? '', requestId } };
            await ask(ending.what === 'void' ? api.POST('/v1/contractNumbers/{contractNumber}:void', request) : api.POST('/v1/contractNumbers/{contractNumber}:return', request));
            changed();
            toast(t.saved);
          }}
        />
      )}
    </Page>
  );
}

function BlockDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useTexts(adminTexts);
  const choices = useChoices();
  const { user } = useCaller();
  const required = [{ required: true, message: t.required }];
  return (
    <FormDialog<Omit<Block, 'first' | 'last'> & { first: number; last: number }>
      title={t.registerBlock}
      open={open}
      onClose={onClose}
      within="numberBlock"
      draft="number-block.new"
      initial={{ ...(user.organisation ? { organisation: user.organisation } : {}), width: 5 }}
      submit={async (values, requestId) => {
        await ask(api.POST('/v1/numberBlocks', { params: { query: { requestId } }, body: { ...values, first: String(values.first), last: String(values.last) } }));
        changed();
        toast(t.saved);
      }}
    >
      <Form.Item name="organisation" label={t.organisation} rules={required}>
        <OrganisationPicker />
      </Form.Item>
      <Form.Item name="kind" label={t.kind} rules={required}>
        <Select options={choices(agreementKind)} />
      </Form.Item>
      <Form.Item name="prefix" label={t.prefix} rules={required}>
        <Input maxLength={20} />
      </Form.Item>
      <div style={{ display: 'grid', gridTemplateColumns: '1fr 1fr 1fr', gap: 12 }}>
        {([['first', t.first], ['last', t.last], ['width', t.width]] as const).map(([name, label]) => (
          <Form.Item key={name} name={name} label={label} rules={required}>
            <InputNumber min={1} precision={0} style={{ width: '100%' }} />
          </Form.Item>
        ))}
      </div>
    </FormDialog>
  );
}

function IssueDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useTexts(adminTexts);
  const choices = useChoices();
  const { user } = useCaller();
  const required = [{ required: true, message: t.required }];
  return (
    <FormDialog<Schemas['contract.IssueNumbersRequest']>
      title={t.issue}
      open={open}
      onClose={onClose}
      initial={{ ...(user.organisation ? { organisation: user.organisation } : {}), count: 1 }}
      saveLabel={t.issue}
      submit={async (values, requestId) => {
        const { contractNumbers } = await ask(api.POST('/v1/contractNumbers:issue', { body: { ...values, requestId } }));
        changed();
        toast(t.issued((contractNumbers ?? []).map(one => one.number).join('、')));
      }}
    >
      <Form.Item name="organisation" label={t.organisation}>
        <OrganisationPicker />
      </Form.Item>
      <Form.Item name="kind" label={t.kind} rules={required}>
        <Select options={choices(agreementKind)} />
      </Form.Item>
      <Form.Item name="holder" label={t.holder} rules={required}>
        <StaffPicker />
      </Form.Item>
      <Form.Item name="count" label={t.count} rules={required}>
        <InputNumber min={1} max={100} precision={0} />
      </Form.Item>
    </FormDialog>
  );
}
