import { Form, Input, Select } from 'antd';
import { api, ask, type Schemas } from '../../api/client';
import { useLoad } from '../../api/queries';
import { count, money, number } from '../../kit/formats';
import { PartnerPicker } from '../../kit/names';
import { Shown } from '../../kit/states';
import { useTexts } from '../../kit/texts';
import { useChoices, type Enum } from '../../kit/words';
import { YuanInput } from '../../kit/yuan';
import { paymentKind } from '../../words/money';
import { moneyTexts } from './texts';

type Instalment = Schemas['contract.Instalment'];
type Line = Schemas['contract.PaymentLine'];
type Kind = Enum<'contract.PaymentKind'>;

/** As it is typed; the partner only says whose instalments are offered. */
export interface RequestForm {
  kind: Kind;
  partner?: string;
  lines?: Line[];
  note?: string;
}

export const toRequest = ({ kind, lines, note }: RequestForm): Schemas['contract.PaymentRequest'] => ({ kind, lines: lines ?? [], note: note ?? '' });

/** What may still be asked for of an instalment. */
const leftOf = (one: Instalment, kind: Kind) => (kind === 'PAYMENT_KIND_INVOICE' ? number(one.amountFen) - number(one.invoicedFen) - number(one.invoiceRequestedFen) : number(one.openFen) - number(one.requestedFen));

/** For whom, what, and for which instalments how much. */
export function RequestFields({ isNew }: { isNew?: boolean }) {
  const t = useTexts(moneyTexts);
  const choices = useChoices();
  const form = Form.useFormInstance<RequestForm>();
  const partner = Form.useWatch('partner', { form, preserve: true });
  const kind = Form.useWatch('kind', { form, preserve: true }) ?? 'PAYMENT_KIND_RECEIPT';
  const required = [{ required: true, message: t.required }];
  return (
    <>
      {isNew && (
        <>
          <Form.Item name="kind" label={t.kind} rules={required}>
            <Select options={choices(paymentKind)} />
          </Form.Item>
          <Form.Item name="partner" label={t.partner} rules={required}>
            <PartnerPicker />
          </Form.Item>
        </>
      )}
      <Form.Item name="lines" label={t.lines} rules={required}>
        <Lines partner={partner} kind={kind} />
      </Form.Item>
      <Form.Item name="note" label={t.remark}>
        <Input.TextArea rows={3} maxLength={1000} />
      </Form.Item>
    </>
  );
}

/** The partner's instalments of which something is left to be asked for; an amount beside one asks for it. */
function Lines({ partner, kind, value = [], onChange, id }: { partner: string | undefined; kind: Kind; value?: Line[]; onChange?: (lines: Line[]) => void; id?: string }) {
  const t = useTexts(moneyTexts);
  const load = useLoad(['instalments', 'of', partner], signal => ask(api.GET('/v1/instalments', { params: { query: { partner: partner!, pageSize: 500 } }, signal })), { enabled: Boolean(partner) });
  if (!partner) return <p id={id} className="muted">{t.choosePartner}</p>;
  const askedFor = (name: string) => value.find(line => line.instalment === name)?.amountFen;
  const set = (name: string, fen: string | undefined) => {
    const rest = value.filter(line => line.instalment !== name);
    onChange?.(number(fen) > 0 ? [...rest, { instalment: name, amountFen: fen! }] : rest);
  };
  return (
    <Shown of={load} lines={3}>
      {({ instalments = [] }) => {
        const offered = instalments.filter(one => leftOf(one, kind) > 0 || askedFor(one.name!) !== undefined);
        if (offered.length === 0) return <p id={id} className="muted">{t.noLines}</p>;
        return (
          <ul id={id} className="asked">
            {offered.map(one => (
              <li key={one.name}>
                <span>
                  {[one.agreementNumber, t.nth(count(one.number)), one.dueDate].filter(Boolean).join(' · ')}
                  <small className="muted"> {money(Math.max(0, leftOf(one, kind)))}</small>
                </span>
                <YuanInput
                  label={`${t.asked} ${t.nth(count(one.number))} ${one.dueDate}`}
                  placeholder={String(Math.max(0, leftOf(one, kind)) / 100)}
                  value={askedFor(one.name!)}
                  onChange={fen => set(one.name!, fen)}
                />
              </li>
            ))}
          </ul>
        );
      }}
    </Shown>
  );
}
