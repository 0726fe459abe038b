import { api, ask, type Schemas } from '../../api/client';
import { useBase, useVersions, type EditField, type Plain } from '../../kit/edit';
import { FormDialog } from '../../kit/form';
import { idOf } from '../../kit/formats';
import { useTexts } from '../../kit/texts';
import { AgreementFields, toAgreement, type AgreementForm } from './AgreementsPage';
import { agreementTexts } from './texts';

type Agreement = Schemas['contract.Agreement'];

const PRODUCTS = '、';

/** As it is typed. */
const formOf = (agreement: Agreement): AgreementForm => ({ ...agreement, ...(agreement.amountFen === undefined ? {} : { amountYuan: Number(agreement.amountFen) / 100 }) });

/** As versions are compared: one text for each field. */
const plainOf = (form: AgreementForm): Plain => ({
  subject: form.subject,
  partyA: form.partyA,
  cityCode: form.cityCode,
  products: form.products?.join(PRODUCTS),
  effectiveFrom: form.effectiveFrom,
  effectiveTo: form.effectiveTo,
  amountYuan: form.amountYuan ?? undefined,
  major: form.major || undefined,
  terms: form.terms,
  deviations: form.deviations,
  etag: form.etag,
});

/** Changes a draft; when a colleague was faster, both versions are shown. */
export function EditAgreement({ agreement, open, onClose, onDone }: { agreement: Agreement; open: boolean; onClose: () => void; onDone: () => void }) {
  const t = useTexts(agreementTexts);
  const fields: EditField[] = [
    { name: 'subject', label: t.subject },
    { name: 'partyA', label: t.partyA },
    { name: 'cityCode', label: t.city },
    { name: 'products', label: t.products },
    { name: 'effectiveFrom', label: t.from },
    { name: 'effectiveTo', label: t.to },
    { name: 'amountYuan', label: t.amountYuan },
    { name: 'major', label: t.major, show: value => (value ? '✓' : '–') },
    { name: 'terms', label: t.terms },
    { name: 'deviations', label: t.deviations },
  ];
  const { save, versions } = useVersions(fields);
  const base = useBase(open, agreement);
  const path = { agreement: idOf(agreement.name) };
  const send = async (values: Plain, changed: string[], etag: string) => {
    const { products, amountYuan, major, ...rest } = values;
    const body = toAgreement({
      ...(rest as unknown as AgreementForm),
      products: String(products ?? '').split(PRODUCTS).filter(Boolean),
      major: Boolean(major),
      amountYuan: Number(amountYuan ?? 0),
    });
    const updateMask = changed.map(name => (name === 'amountYuan' ? 'amountFen' : name)).join(',');
    await ask(api.PATCH('/v1/agreements/{agreement}', { params: { path, query: { updateMask } }, body: { ...body, etag } }));
    onDone();
  };
  return (
    <>
      <FormDialog<AgreementForm>
        title={t.edit}
        open={open}
        onClose={onClose}
        within="agreement"
        draft={agreement.name!}
        initial={formOf(agreement)}
        submit={values =>
          save({
            base: plainOf(formOf(base.current)),
            mine: plainOf(values),
            reload: async () => plainOf(formOf(await ask(api.GET('/v1/agreements/{agreement}', { params: { path } })))),
            save: send,
          })
        }
      >
        <AgreementFields />
      </FormDialog>
      {versions}
    </>
  );
}
