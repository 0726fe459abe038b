import { Button, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { useParams } from 'react-router';
import { api, ask, type Schemas } from '../../api/client';
import { queries, useLoad } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { FormDialog } from '../../kit/form';
import { idOf, minute, money } from '../../kit/formats';
import { PartnerLink } from '../../kit/names';
import { Facts, Page, Panel } from '../../kit/page';
import { PlainTable } from '../../kit/plain';
import { useSettings } from '../../kit/settings';
import { Shown } from '../../kit/states';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { StateTag, useChoices, useWord } from '../../kit/words';
import { YuanInput } from '../../kit/yuan';
import { differenceKind, moneyAction, statementState } from '../../words/money';
import { moneyTexts } from './texts';

type Statement = Schemas['contract.ReconciliationStatement'];
type Item = Schemas['contract.DifferenceItem'];

/** One partner's statement: both books, and how a difference is explained. */
export default function StatementPage() {
  const t = useTexts(moneyTexts);
  const { statement: id = '' } = useParams();
  const load = useLoad(['reconciliation-statements', 'one', id], signal => ask(api.GET('/v1/reconciliationStatements/{reconciliationStatement}', { params: { path: { reconciliationStatement: id } }, signal })));
  return (
    <Shown of={load}>
      {one => (
        <Page
          title={`${one.partnerName ?? ''} · ${t.statement}`}
          up={{ to: `/${one.reconciliation}`, title: t.reconciliations }}
          about={
            <>
              <StateTag of={statementState} value={one.state} /> {t.cutoff} {one.cutoffDate}
            </>
          }
          actions={<Actions statement={one} />}
        >
          <Panel>
            <Facts
              rows={[
                [t.partner, <PartnerLink key="partner" name={one.partner} />],
                [t.ours, money(one.ourFen ?? 0)],
                [t.theirs, money(one.theirFen)],
                [t.difference, one.theirFen === undefined ? '' : money(one.differenceFen ?? 0)],
                [t.dueSum, money(one.dueFen ?? 0)],
                [t.receivedSum, money(one.receivedFen ?? 0)],
                [t.invoicedSum, money(one.invoicedFen ?? 0)],
                [t.adjustment, money(one.adjustmentFen ?? 0)],
                [t.financeApprover, one.financeApprover],
                [t.managerApprover, one.managerApprover],
                [t.theirNote, one.theirNote, 'wide'],
              ]}
            />
          </Panel>
          {(one.items?.length ?? 0) > 0 && <Items items={one.items ?? []} />}
          {(one.timeline?.length ?? 0) > 0 && (
            <Panel title={t.trail}>
              <Trail entries={one.timeline ?? []} />
            </Panel>
          )}
        </Page>
      )}
    </Shown>
  );
}

function Items({ items }: { items: readonly Item[] }) {
  const t = useTexts(moneyTexts);
  const say = useWord();
  return (
    <Panel title={t.items} bare>
      <PlainTable<Item>
        label={t.items}
        rows={items}
        rowKey={(_, index) => String(index)}
        columns={[
          { key: 'kind', title: t.kind, heads: true, render: row => say(differenceKind, row.kind) },
          { key: 'reason', title: t.reason, render: row => row.reason },
          { key: 'amount', title: t.amount, align: 'right', render: row => money(row.amountFen) },
        ]}
      />
    </Panel>
  );
}

function Trail({ entries }: { entries: readonly Schemas['contract.ReconciliationEntry'][] }) {
  const { lang } = useSettings();
  return (
    <ul className="line-of-time">
      {[...entries].reverse().map((entry, index) => (
        <li key={index}>
          <time dateTime={entry.time}>{minute(entry.time)}</time>
          <b>{moneyAction[entry.action ?? '']?.[lang === 'en' ? 1 : 0] ?? entry.action}</b> <span className="muted">{entry.actorName}</span>
          <div>{entry.comment}</div>
        </li>
      ))}
    </ul>
  );
}

type Doing = 'send' | 'answer' | 'assess' | 'explain' | 'approve' | 'askAgain';

interface Said {
  theirFen?: string;
  note?: string;
  comment?: string;
  items?: Item[];
}

function Actions({ statement: one }: { statement: Statement }) {
  const t = useTexts(moneyTexts);
  const { can } = useCaller();
  const [doing, setDoing] = useState<Doing | null>(null);
  const params = { path: { reconciliationStatement: idOf(one.name) } };
  const state = one.state;
  const answerable = state === 'RECONCILIATION_STATEMENT_STATE_SENT' || state === 'RECONCILIATION_STATEMENT_STATE_ANSWERED';
  const differing = state === 'RECONCILIATION_STATEMENT_STATE_DIFFERING';
  const offers: readonly (readonly [Doing, boolean])[] = [
    ['askAgain', can('contract.reconciliations.assess') && (state === 'RECONCILIATION_STATEMENT_STATE_ANSWERED' || differing)],
    ['answer', can('contract.reconciliations.answer') && answerable],
    ['send', can('contract.reconciliations.create') && state === 'RECONCILIATION_STATEMENT_STATE_OPEN'],
    ['assess', can('contract.reconciliations.assess') && state === 'RECONCILIATION_STATEMENT_STATE_ANSWERED'],
    ['explain', can('contract.reconciliations.assess') && differing],
    ['approve', can('contract.reconciliations.approve') && differing && (one.items?.length ?? 0) > 0],
  ];
  const act = async (said: Said, requestId: string) => {
    const common = { etag: one.etag ?? '', requestId };
    if (doing === 'send') await ask(api.POST('/v1/reconciliationStatements/{reconciliationStatement}:send', { params, body: common }));
    else if (doing === 'answer') await ask(api.POST('/v1/reconciliationStatements/{reconciliationStatement}:answer', { params, body: { theirFen: said.theirFen ?? '0', note: said.note ?? '', ...common } }));
    else if (doing === 'assess') await ask(api.POST('/v1/reconciliationStatements/{reconciliationStatement}:assess', { params, body: common }));
    else if (doing === 'explain') await ask(api.POST('/v1/reconciliationStatements/{reconciliationStatement}:explain', { params, body: { items: said.items ?? [], ...common } }));
    else if (doing === 'approve') await ask(api.POST('/v1/reconciliationStatements/{reconciliationStatement}:approve', { params, body: { comment: said.comment ?? '', ...common } }));
    else await ask(api.POST('/v1/reconciliationStatements/{reconciliationStatement}:return', { params, body: { comment: said.comment ?? '', ...common } }));
    toast(t.done);
    void queries.invalidateQueries({ queryKey: ['reconciliation-statements'] });
    void queries.invalidateQueries({ queryKey: ['reconciliations'] });
  };
  return (
    <>
      {offers.filter(([, offered]) => offered).map(([what]) => (
        <Button key={what} type={what === 'askAgain' ? 'default' : 'primary'} onClick={() => setDoing(what)}>
          {t[what]}
        </Button>
      ))}
      <FormDialog<Said>
        title={doing === null ? '' : t[doing]}
        saveLabel={doing === null ? '' : t[doing]}
        open={doing !== null}
        onClose={() => setDoing(null)}
        draft={`${one.name}.${doing}`}
        initial={{ items: one.items?.length ? one.items : [{ kind: 'DIFFERENCE_KIND_IN_TRANSIT', amountFen: String(one.differenceFen ?? 0), reason: '' }] }}
        submit={act}
      >
        {doing === 'answer' && <AnswerFields />}
        {doing === 'explain' && <ItemFields />}
        {(doing === 'approve' || doing === 'askAgain') && (
          <Form.Item name="comment" label={t.comment} rules={doing === 'askAgain' ? [{ required: true, message: t.required }] : []}>
            <Input.TextArea rows={3} maxLength={500} />
          </Form.Item>
        )}
      </FormDialog>
    </>
  );
}

function AnswerFields() {
  const t = useTexts(moneyTexts);
  return (
    <>
      <Form.Item name="theirFen" label={t.theirYuan} rules={[{ required: true, message: t.required }]}>
        <YuanInput signed />
      </Form.Item>
      <Form.Item name="note" label={t.theirNote}>
        <Input.TextArea rows={3} maxLength={1000} />
      </Form.Item>
    </>
  );
}

function ItemFields() {
  const t = useTexts(moneyTexts);
  const choices = useChoices();
  const required = [{ required: true, message: t.required }];
  return (
    <Form.List name="items">
      {(fields, { add, remove }, { errors }) => (
        <>
          {fields.map(field => (
            <fieldset key={field.key} className="part">
              <Form.Item name={[field.name, 'kind']} label={t.kind} rules={required}>
                <Select options={choices(differenceKind)} />
              </Form.Item>
              <Form.Item name={[field.name, 'amountFen']} label={t.itemYuan} rules={required}>
                <YuanInput signed />
              </Form.Item>
              <Form.Item name={[field.name, 'reason']} label={t.reason} rules={required}>
                <Input.TextArea rows={2} maxLength={500} />
              </Form.Item>
              {fields.length > 1 && (
                <Button size="small" onClick={() => remove(field.name)}>
                  {t.removeItem}
                </Button>
              )}
            </fieldset>
          ))}
          <Form.ErrorList errors={errors} />
          <Button onClick={() => add({ kind: 'DIFFERENCE_KIND_IN_TRANSIT' })}>{t.addItem}</Button>
        </>
      )}
    </Form.List>
  );
}
