import { Button, Checkbox, Form, Input, InputNumber, Select } from 'antd';
import { useState } from 'react';
import { api, ask, type Schemas } from '../../api/client';
import { queries, useLoad } from '../../api/queries';
import { useCaller } from '../../kit/caller';
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

const FEN = 100;

/** Who has to agree to which agreements, and in which order. */
export default function ApprovalChainsPage() {
  const t = useTexts(adminTexts);
  const say = useWord();
  const role = useRole();
  const { can } = useCaller();
  const { nameOf } = useOrganisations();
  const [editing, setEditing] = useState<Policy | 'new' | null>(null);
  const policies = useLoad(['approval-policies'], async signal => {
    const { approvalPolicies } = await ask(api.GET('/v1/approvalPolicies', { params: { query: { pageSize: 1000 } }, signal }));
    return [...(approvalPolicies ?? [])].sort((a, b) => number(b.priority) - number(a.priority));
  });
  const authorities = useLoad(['signing-authorities'], signal => ask(api.GET('/v1/signingAuthorities', { params: { query: { pageSize: 200 } }, signal })), { enabled: can('contract.authorities.read') });

  const conditions = (policy: Policy) =>
    [
      policy.kind && !policy.kind.endsWith('UNSPECIFIED') ? say(agreementKind, policy.kind) : '',
      number(policy.minAmountFen) || number(policy.maxAmountFen) ? `${money(policy.minAmountFen ?? 0)} – ${number(policy.maxAmountFen) ? money(policy.maxAmountFen) : t.any}` : '',
      policy.deviating ? t.deviating : '',
      policy.major ? t.major : '',
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
              <PlainTable<Schemas['contract.SigningAuthority']>
                label={t.signing}
                rows={signingAuthorities ?? []}
                rowKey={row => row.name!}
                columns={[
                  { key: 'kind', title: t.kind, heads: true, render: row => say(agreementKind, row.kind) },
                  { key: 'level', title: t.level, render: row => row.partnerLevel || t.any },
                  { key: 'roles', title: t.roles, render: row => row.roles.map(role).join('、') },
                ]}
              />
            )}
          </Shown>
        </Panel>
      )}
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

interface PolicyForm extends Omit<Policy, 'minAmountFen' | 'maxAmountFen'> {
  minYuan?: number | null;
  maxYuan?: number | null;
}

function PolicyDialog({ policy, onClose }: { policy: Policy | null; onClose: () => void }) {
  const t = useTexts(adminTexts);
  const choices = useChoices();
  const required = [{ required: true, message: t.required }];
  const initial: Partial<PolicyForm> = policy
    ? { ...policy, minYuan: number(policy.minAmountFen) / FEN || null, maxYuan: number(policy.maxAmountFen) / FEN || null }
    : { priority: 0, steps: [{ roles: [], mode: 'APPROVAL_MODE_ALL' }] };
  return (
    <FormDialog<PolicyForm>
      open
      title={policy ? t.editPolicy : t.createPolicy}
      onClose={onClose}
      within="approvalPolicy"
      draft={policy?.name ?? 'policy.new'}
      initial={initial}
      submit={async ({ minYuan, maxYuan, ...values }, requestId) => {
        const body = { ...values, minAmountFen: String(Math.round((minYuan ?? 0) * FEN)), maxAmountFen: String(Math.round((maxYuan ?? 0) * FEN)) };
        if (policy) {
          const fields = 'displayName,kind,minAmountFen,maxAmountFen,deviating,major,priority,steps,disabled';
          await ask(api.PATCH('/v1/approvalPolicies/{approvalPolicy}', { params: { path: { approvalPolicy: idOf(policy.name) }, query: { updateMask: fields } }, body: { ...body, etag: policy.etag ?? '' } }));
        } else await ask(api.POST('/v1/approvalPolicies', { params: { query: { requestId } }, body }));
        void queries.invalidateQueries({ queryKey: ['approval-policies'] });
        toast(t.saved);
      }}
    >
      <Form.Item name="displayName" label={t.name} rules={required}>
        <Input maxLength={60} />
      </Form.Item>
      {!policy && (
        <Form.Item name="organisation" label={t.organisation} rules={required}>
          <OrganisationPicker />
        </Form.Item>
      )}
      <Form.Item name="kind" label={t.kind}>
        <Select allowClear options={choices(agreementKind)} placeholder={t.any} />
      </Form.Item>
      <div style={{ display: 'grid', gridTemplateColumns: '1fr 1fr', gap: 12 }}>
        <Form.Item name="minYuan" label={t.minAmount}>
          <InputNumber min={0} precision={2} style={{ width: '100%' }} />
        </Form.Item>
        <Form.Item name="maxYuan" label={t.maxAmount}>
          <InputNumber min={0} precision={2} style={{ width: '100%' }} />
        </Form.Item>
      </div>
      <Form.Item name="priority" label={t.priority}>
        <InputNumber min={0} />
      </Form.Item>
      <div style={{ display: 'flex', gap: 18, flexWrap: 'wrap' }}>
        {([['deviating', t.deviating], ['major', t.major], ['disabled', t.disabled]] as const).map(([name, label]) => (
          <Form.Item key={name} name={name} valuePropName="checked">
            <Checkbox>{label}</Checkbox>
          </Form.Item>
        ))}
      </div>
      <Form.List name="steps">
        {(steps, { add, remove }) => (
          <>
            {steps.map(({ key, name }) => (
              <fieldset key={key} style={{ border: '1px solid var(--line)', borderRadius: 6, padding: '8px 12px 0', marginBottom: 12, minWidth: 0 }}>
                <legend style={{ padding: '0 6px' }}>
                  {t.step(name + 1)}{' '}
                  {steps.length > 1 && <Button size="small" type="link" onClick={() => remove(name)}>{t.removeStep}</Button>}
                </legend>
                <Form.Item name={[name, 'roles']} label={t.roles} rules={required}>
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
            <Button block type="dashed" onClick={() => add({ roles: [], mode: 'APPROVAL_MODE_ALL' })}>{t.addStep}</Button>
          </>
        )}
      </Form.List>
    </FormDialog>
  );
}
