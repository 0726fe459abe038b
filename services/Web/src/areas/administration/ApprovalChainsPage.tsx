import { Button, Form, Input, InputNumber, Select } from 'antd';
import { useState } from 'react';
import { api, ask, type Schemas } from '../../api/client';
import { queries, useLoad } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { EditDialog, FormFields, type EditField } from '../../kit/edit';
import { FormDialog } from '../../kit/form';
import { count, idOf, money, number } from '../../kit/formats';
import { OrganisationPicker, useOrganisations } from '../../kit/names';
import { Page, Panel, Tag } from '../../kit/page';
import { PlainTable } from '../../kit/plain';
import { RolePicker, RolesPicker, useRole } from '../../kit/roles';
import { Shown } from '../../kit/states';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { useChoices, useWord } from '../../kit/words';
import { approvalMode } from '../../words/administration';
import { agreementKind } from '../../words/contract';
import { adminTexts } from './texts';

type Policy = Schemas['contract.ApprovalPolicy'];
type Authority = Schemas['contract.SigningAuthority'];

const FEN = 100;

/** Who has to agree to which agreements, and in which order. */
export default function ApprovalChainsPage() {
  const t = useTexts(adminTexts);
  const say = useWord();
  const role = useRole();
  const { can } = useCaller();
  const { nameOf } = useOrganisations();
  const [editing, setEditing] = useState<Policy | 'new' | null>(null);
  const [signing, setSigning] = useState<Authority | null>(null);
  const policies = useLoad(['approval-policies'], async signal => {
    const { approvalPolicies } = await ask(api.GET('/v1/approvalPolicies', { params: { query: { pageSize: 1000 } }, signal }));
    return [...(approvalPolicies ?? [])].sort((a, b) => number(b.priority) - number(a.priority));
  });
  const authorities = useLoad(['signing-authorities'], signal => ask(api.GET('/v1/signingAuthorities', { params: { query: { pageSize: 200 } }, signal })), { enabled: can('contract.authorities.read') });

  const conditions = (policy: Policy) =>
    [
      policy.kind && !policy.kind.endsWith('UNSPECIFIED') ? say(agreementKind, policy.kind) : '',
      number(policy.minAmountFen) || number(policy.maxAmountFen) ? `${money(policy.minAmountFen ?? 0)} – ${number(policy.maxAmountFen) ? money(policy.maxAmountFen) : t.any}` : '',
      policy.deviating === undefined ? '' : `${t.deviating}: ${policy.deviating ? t.only : t.without}`,
      policy.major === undefined ? '' : `${t.major}: ${policy.major ? t.only : t.without}`,
    ].filter(Boolean);

  return (
    <Page title={t.approvals} about={t.approvalsAbout} actions={can('contract.policies.create') && <Button type="primary" onClick={() => setEditing('new')}>{t.createPolicy}</Button>}>
      <Panel bare>
        <Shown of={policies}>
          {rows => (
            <PlainTable<Policy>
              label={t.approvals}
              rows={rows}
              rowKey={row => row.name!}
              columns={[
                { key: 'name', title: t.name, heads: true, render: row => row.displayName },
                { key: 'organisation', title: t.organisation, render: row => nameOf(row.organisation) || row.organisation },
                { key: 'conditions', title: t.conditions, render: row => conditions(row).join(' · ') || t.any },
                { key: 'steps', title: t.steps, render: row => <Steps steps={row.steps} say={role} /> },
                { key: 'priority', title: t.priority, align: 'right', render: row => row.priority ?? 0 },
                { key: 'state', title: t.state, align: 'nowrap', render: row => <Tag tone={row.disabled ? 'plain' : 'good'}>{row.disabled ? t.disabled : t.enabled}</Tag> },
                {
                  key: 'actions',
                  title: <span className="only-read">{t.edit}</span>,
                  render: row => can('contract.policies.update') && <span className="row-actions"><button type="button" className="link" onClick={() => setEditing(row)}>{t.edit}</button></span>,
                },
              ]}
            />
          )}
        </Shown>
      </Panel>
      {can('contract.authorities.read') && (
        <Panel title={t.signing} bare>
          <Shown of={authorities}>
            {({ signingAuthorities }) => (
              <PlainTable<Authority>
                label={t.signing}
                rows={signingAuthorities ?? []}
                rowKey={row => row.name!}
                columns={[
                  { key: 'kind', title: t.kind, heads: true, render: row => say(agreementKind, row.kind) },
                  { key: 'level', title: t.level, render: row => row.partnerLevel || t.any },
                  { key: 'roles', title: t.roles, render: row => row.roles.map(role).join('、') },
                  {
                    key: 'actions',
                    title: <span className="only-read">{t.edit}</span>,
                    render: row => can('contract.authorities.update') && <span className="row-actions"><button type="button" className="link" onClick={() => setSigning(row)}>{t.edit}</button></span>,
                  },
                ]}
              />
            )}
          </Shown>
        </Panel>
      )}
      {signing && <AuthorityDialog authority={signing} onClose={() => setSigning(null)} />}
      {editing && <PolicyDialog policy={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />}
    </Page>
  );
}

function Steps({ steps, say }: { steps: Policy['steps']; say: (role: string) => string }) {
  const word = useWord();
  const t = useTexts(adminTexts);
  return (
    <ol style={{ listStyle: 'none', margin: 0, padding: 0 }}>
      {steps.map((step, index) => (
        <li key={index}>
          {index + 1}. {step.roles.map(say).join('、')}
          {step.roles.length > 1 && ` (${word(approvalMode, step.mode)})`}
          {number(step.escalateAfterMinutes) > 0 && <span className="muted"> · {step.escalateTo ? t.escalates(count(step.escalateAfterMinutes), say(step.escalateTo)) : t.within(count(step.escalateAfterMinutes))}</span>}
        </li>
      ))}
    </ol>
  );
}

/** A policy as it is edited: yes, no or nothing said of what it is for. */
interface PolicyForm extends Omit<Policy, 'deviating' | 'major'> {
  deviating: string;
  major: string;
}

const toForm = (policy: Policy): PolicyForm => ({
  ...policy,
  deviating: policy.deviating === undefined ? '' : String(policy.deviating),
  major: policy.major === undefined ? '' : String(policy.major),
  disabled: policy.disabled ?? false,
  steps: policy.steps.map(({ roles, mode, escalateAfterMinutes, escalateTo }) => ({ roles, ...(mode ? { mode } : {}), escalateAfterMinutes: escalateAfterMinutes ?? 0, escalateTo: escalateTo ?? '' })),
});

const said = (text: string | undefined) => (text ? text === 'true' : null);

/** The form's values as the API has them; only those that there are. */
function fromForm(values: Partial<PolicyForm>): Policy {
  const { deviating, major, kind, ...rest } = values;
  return {
    ...rest,
    ...('kind' in values ? { kind: kind || 'AGREEMENT_KIND_UNSPECIFIED' } : {}),
    ...('deviating' in values ? { deviating: said(deviating) } : {}),
    ...('major' in values ? { major: said(major) } : {}),
  } as Policy;
}

/** Fen, entered and shown as yuan. */
function Yuan({ value, onChange, id }: { value?: string; onChange?: (fen: string | undefined) => void; id?: string }) {
  return (
    <InputNumber
      {...(id === undefined ? {} : { id })}
      min={0}
      precision={2}
      style={{ width: '100%' }}
      value={number(value) / FEN || null}
      onChange={yuan => onChange?.(yuan ? String(Math.round(Number(yuan) * FEN)) : undefined)}
    />
  );
}

function usePolicyFields(): EditField[] {
  const t = useTexts(adminTexts);
  const say = useWord();
  const choices = useChoices();
  const role = useRole();
  const three = [{ value: '', label: t.any }, { value: 'true', label: t.only }, { value: 'false', label: t.without }];
  const told = (value: unknown) => three.find(one => one.value === String(value ?? ''))?.label;
  return [
    { name: 'displayName', label: t.name, required: true, input: <Input maxLength={60} /> },
    { name: 'kind', label: t.kind, input: <Select allowClear options={choices(agreementKind)} placeholder={t.any} />, show: value => say(agreementKind, String(value)) },
    { name: 'minAmountFen', label: t.minAmount, numeric: true, input: <Yuan />, show: value => money(String(value ?? '')) },
    { name: 'maxAmountFen', label: t.maxAmount, numeric: true, input: <Yuan />, show: value => money(String(value ?? '')) },
    { name: 'deviating', label: t.deviating, input: <Select options={three} />, show: told },
    { name: 'major', label: t.major, input: <Select options={three} />, show: told },
    { name: 'priority', label: t.priority, numeric: true, input: <InputNumber min={0} max={1000} precision={0} /> },
    { name: 'steps', label: t.steps, whole: { items: <StepItems />, show: value => <Steps steps={value as Policy['steps']} say={role} /> } },
  ];
}

function PolicyDialog({ policy, onClose }: { policy: Policy | null; onClose: () => void }) {
  const t = useTexts(adminTexts);
  const fields = usePolicyFields();
  const saved = () => {
    void queries.invalidateQueries({ queryKey: ['approval-policies'] });
    toast(t.saved);
  };
  if (policy === null)
    return (
      <FormDialog<PolicyForm>
        open
        title={t.createPolicy}
        onClose={onClose}
        within="approvalPolicy"
        draft="policy.new"
        initial={{ priority: 0, deviating: '', major: '', steps: [{ roles: [], mode: 'APPROVAL_MODE_ALL' }] }}
        submit={async (values, requestId) => {
          await ask(api.POST('/v1/approvalPolicies', { params: { query: { requestId } }, body: fromForm(values) }));
          saved();
        }}
      >
        <Form.Item name="organisation" label={t.organisation} rules={[{ required: true, message: t.required }]}>
          <OrganisationPicker />
        </Form.Item>
        <FormFields fields={fields} />
      </FormDialog>
    );
  const path = { approvalPolicy: idOf(policy.name) };
  return (
    <EditDialog<PolicyForm>
      open
      title={t.editPolicy}
      onClose={onClose}
      within="approvalPolicy"
      draft={policy.name!}
      record={toForm(policy)}
      reload={async () => toForm(await ask(api.GET('/v1/approvalPolicies/{approvalPolicy}', { params: { path } })))}
      fields={[...fields, { name: 'disabled', label: t.disabled, checkbox: true }]}
      save={async (changes, masked, etag) => {
        await ask(api.PATCH('/v1/approvalPolicies/{approvalPolicy}', { params: { path, query: { updateMask: masked.join(',') } }, body: { ...fromForm(changes), etag } }));
        saved();
      }}
    />
  );
}

function StepItems() {
  const t = useTexts(adminTexts);
  const choices = useChoices();
  return (
    <Form.List name="steps">
      {(steps, { add, remove }, { errors }) => (
        <>
          {steps.map(({ key, name }) => (
            <fieldset key={key} className="part">
              <legend>
                {t.step(name + 1)}{' '}
                {steps.length > 1 && <Button size="small" type="link" onClick={() => remove(name)}>{t.removeStep}</Button>}
              </legend>
              <Form.Item name={[name, 'roles']} label={t.roles} rules={[{ required: true, message: t.required }]}>
                <RolesPicker />
              </Form.Item>
              <div style={{ display: 'grid', gridTemplateColumns: '1fr 1fr', gap: 12 }}>
                <Form.Item name={[name, 'mode']} label={t.mode}>
                  <Select options={choices(approvalMode)} />
                </Form.Item>
                <Form.Item name={[name, 'escalateAfterMinutes']} label={t.escalateAfter}>
                  <InputNumber min={0} style={{ width: '100%' }} />
                </Form.Item>
              </div>
              <Form.Item name={[name, 'escalateTo']} label={t.escalateTo}>
                <RolePicker />
              </Form.Item>
            </fieldset>
          ))}
          <Form.ErrorList errors={errors} />
          <Button block type="dashed" style={{ marginBottom: 16 }} onClick={() => add({ roles: [], mode: 'APPROVAL_MODE_ALL' })}>{t.addStep}</Button>
        </>
      )}
    </Form.List>
  );
}

/** Who signs agreements of a kind, with partners of a level. */
function AuthorityDialog({ authority, onClose }: { authority: Authority; onClose: () => void }) {
  const t = useTexts(adminTexts);
  const say = useWord();
  const role = useRole();
  const path = { signingAuthority: idOf(authority.name) };
  return (
    <EditDialog<Authority>
      open
      title={`${t.editSigning}：${say(agreementKind, authority.kind)}`}
      onClose={onClose}
      within="signingAuthority"
      draft={authority.name!}
      record={authority}
      reload={async () => (await ask(api.GET('/v1/signingAuthorities', { params: { query: { pageSize: 200 } } }))).signingAuthorities?.find(one => one.name === authority.name) ?? authority}
      fields={[
        {
          name: 'roles',
          label: t.roles,
          whole: {
            items: (
              <Form.Item name="roles" label={t.roles} rules={[{ required: true, message: t.required }]}>
                <RolesPicker />
              </Form.Item>
            ),
            show: value => (value as string[]).map(role).join('、'),
          },
        },
      ]}
      save={async ({ roles }, _, etag) => {
        await ask(api.PATCH('/v1/signingAuthorities/{signingAuthority}', { params: { path }, body: { roles: roles ?? [], etag } }));
        void queries.invalidateQueries({ queryKey: ['signing-authorities'] });
        toast(t.saved);
      }}
    />
  );
}
