import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { api, ask, type Schemas } from '../../api/client';
import { queries, useLoad } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { DayPicker } from '../../kit/date';
import { FormDialog } from '../../kit/form';
import { idOf, money, number } from '../../kit/formats';
import { Panel } from '../../kit/page';
import { PlainTable } from '../../kit/plain';
import { Shown } from '../../kit/states';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { StateTag } from '../../kit/words';
import { YuanInput } from '../../kit/yuan';
import { instalmentState } from '../../words/money';
import { agreementTexts } from './texts';

type Agreement = Schemas['contract.Agreement'];
type Planned = Schemas['contract.PlannedInstalment'];

/** When what is owed by a signed agreement falls due; made once, changed by an amendment. */
export function Instalments({ agreement }: { agreement: Agreement }) {
  const t = useTexts(agreementTexts);
  const { can } = useCaller();
  const [scheduling, setScheduling] = useState(false);
  const load = useLoad(['instalments', 'agreement', agreement.name], signal => ask(api.GET('/v1/instalments', { params: { query: { agreement: agreement.name!, pageSize: 200 } }, signal })));
  const none = load.data && (load.data.instalments?.length ?? 0) === 0;
  return (
    <Panel
      title={t.instalments}
      bare
      more={
        none &&
        can('contract.instalments.update') && (
          <Button size="small" onClick={() => setScheduling(true)}>
            {t.schedule}
          </Button>
        )
      }
    >
      <Shown of={load} lines={2}>
        {({ instalments }) => (
          <PlainTable<Schemas['contract.Instalment']>
            label={t.instalments}
            rows={instalments ?? []}
            rowKey={row => row.name!}
            empty={t.none}
            columns={[
              { key: 'due', title: t.dueDate, heads: true, align: 'nowrap', render: row => <Link to={`/${row.name}`}>{row.dueDate}</Link> },
              { key: 'purpose', title: t.purpose, render: row => row.purpose },
              { key: 'amount', title: t.amount, align: 'right', render: row => money(row.amountFen) },
              { key: 'open', title: t.open, align: 'right', render: row => money(row.openFen ?? 0) },
              { key: 'state', title: t.state, align: 'nowrap', render: row => <StateTag of={instalmentState} value={row.state} /> },
            ]}
          />
        )}
      </Shown>
      <ScheduleDialog agreement={agreement} open={scheduling} onClose={() => setScheduling(false)} />
    </Panel>
  );
}

interface Entered {
  instalments: Planned[];
  instalmentReason?: string;
}

function ScheduleDialog({ agreement, open, onClose }: { agreement: Agreement; open: boolean; onClose: () => void }) {
  const t = useTexts(agreementTexts);
  const required = [{ required: true, message: t.required }];
  return (
    <FormDialog<Entered>
      title={t.schedule}
      open={open}
      onClose={onClose}
      draft={`${agreement.name}.schedule`}
      initial={{ instalments: [{ dueDate: agreement.effectiveFrom, amountFen: String(agreement.amountFen ?? 0) }] }}
      submit={async ({ instalments, instalmentReason }, requestId) => {
        const numbered = instalments.map((one, index) => ({ ...one, number: index + 1 }));
        await ask(api.POST('/v1/agreements/{agreement}:schedule', { params: { path: { agreement: idOf(agreement.name) } }, body: { instalments: numbered, instalmentReason: instalmentReason ?? '', etag: agreement.etag ?? '', requestId } }));
        toast(t.done);
        void queries.invalidateQueries({ queryKey: ['instalments'] });
        void queries.invalidateQueries({ queryKey: ['agreements'] });
      }}
    >
      <Form.List name="instalments">
        {(fields, { add, remove }) => (
          <>
            {fields.map(field => (
              <fieldset key={field.key} className="part">
                <div style={{ display: 'grid', gridTemplateColumns: '1fr 1fr', gap: 12 }}>
                  <Form.Item name={[field.name, 'dueDate']} label={t.dueDate} rules={required}>
                    <DayPicker />
                  </Form.Item>
                  <Form.Item name={[field.name, 'amountFen']} label={t.amountYuan} rules={required}>
                    <YuanInput />
                  </Form.Item>
                </div>
                <Form.Item name={[field.name, 'purpose']} label={t.purpose}>
                  <Input maxLength={100} />
                </Form.Item>
                {fields.length > 1 && (
                  <Button size="small" onClick={() => remove(field.name)}>
                    {t.remove}
                  </Button>
                )}
              </fieldset>
            ))}
            <Button size="small" onClick={() => add({})}>
              {t.addInstalment}
            </Button>
          </>
        )}
      </Form.List>
      <Sum agreement={agreement} />
      <Form.Item name="instalmentReason" label={t.instalmentReason}>
        <Input.TextArea rows={2} maxLength={500} />
      </Form.Item>
    </FormDialog>
  );
}

/** What they add up to, beside what the agreement is about. */
function Sum({ agreement }: { agreement: Agreement }) {
  const t = useTexts(agreementTexts);
  const lines = (Form.useWatch('instalments', Form.useFormInstance<Entered>()) ?? []) as readonly (Planned | undefined)[];
  const sum = lines.reduce((total, line) => total + number(line?.amountFen), 0);
  return <p className={sum === number(agreement.amountFen) ? 'muted' : 'warn'} style={{ margin: '12px 0' }}>{t.sumOf(money(sum), money(agreement.amountFen ?? 0))}</p>;
}
