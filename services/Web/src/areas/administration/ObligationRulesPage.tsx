import { Button, Checkbox, Form, Input, InputNumber, Modal, Select } from 'antd';
import { useRef, useState } from 'react';
import { api, ask, type Schemas } from '../../api/client';
import { queries, useLoad } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { DayPicker } from '../../kit/date';
import { EditDialog, FormFields, type EditField } from '../../kit/edit';
import { FormDialog } from '../../kit/form';
import { count, idOf, minute, today } from '../../kit/formats';
import { Page, Panel, Tag } from '../../kit/page';
import { PlainTable } from '../../kit/plain';
import { ReasonDialog } from '../../kit/reason';
import { RolesPicker, useRole } from '../../kit/roles';
import { useSettings } from '../../kit/settings';
import { Shown } from '../../kit/states';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { useFilters } from '../../kit/url';
import { useChoices, useWord } from '../../kit/words';
import { dueDayShift, fulfilment, recurrence } from '../../words/rules';
import { rulesTexts } from './rulesTexts';

type Rule = Schemas['reporting.ObligationRule'];
type PreviewRow = NonNullable<Schemas['reporting.ObligationRulePreview']['rows']>[number];
type Doing = { what: 'edit' | 'retire' | 'preview'; rule: Rule };

const HQ = '/hq/';
const PREVIEWED = 10;

function changed(text: string) {
  void queries.invalidateQueries({ queryKey: ['obligation-rules'] });
  toast(text);
}

/** When something is due, in words. */
function useDueText() {
  const t = useTexts(rulesTexts);
  return ({ recurrence: often, dueOffset = 0, dueMonth = 1, dueDay = 0 }: Rule) => {
    switch (often) {
      case 'RECURRENCE_DAILY':
        return t.daily(dueOffset);
      case 'RECURRENCE_WEEKLY':
        return t.weekly(dueOffset, dueDay);
      case 'RECURRENCE_MONTHLY':
        return t.monthly(dueOffset, dueDay);
      case 'RECURRENCE_AGREEMENT':
        return t.afterSigning(dueDay);
      default:
        return t.longer(dueOffset, dueMonth, dueDay);
    }
  };
}

/** What a rule is called in the language chosen. */
function useRuleName() {
  const { lang } = useSettings();
  return (rule: Rule) => (lang === 'en' ? rule.displayNameEn : rule.displayName) || idOf(rule.name);
}

/** Which duties there are: who owes what, when, to whom. */
export default function ObligationRulesPage() {
  const t = useTexts(rulesTexts);
  const say = useWord();
  const choices = useChoices();
  const { can, user } = useCaller();
  const [filters, change] = useFilters('recurrence', 'retired');
  const [doing, setDoing] = useState<'new' | Doing | null>(null);
  const rules = useLoad(['obligation-rules'], async signal => (await ask(api.GET('/v1/obligationRules', { params: { query: { pageSize: 1000 } }, signal }))).obligationRules ?? []);
  const keeps = user.scopePath === HQ;
  const wanted = (rule: Rule) => (filters.recurrence === '' || rule.recurrence === filters.recurrence) && (rule.active || filters.retired !== '');
  return (
    <Page title={t.title} about={t.about} actions={keeps && can('reporting.obligationRules.create') && <Button type="primary" onClick={() => setDoing('new')}>{t.create}</Button>}>
      <div className="filters">
        <Select aria-label={t.recurrence} placeholder={t.recurrence} allowClear style={{ width: 170 }} options={choices(recurrence)} value={filters.recurrence || null} onChange={next => change({ recurrence: next ?? '' })} />
        <Checkbox checked={filters.retired !== ''} onChange={event => change({ retired: event.target.checked ? '1' : '' })}>{t.showRetired}</Checkbox>
      </div>
      <Panel bare>
        <Shown of={rules}>{rows => <RuleTable rules={rows.filter(wanted)} keeps={keeps} onDo={setDoing} say={value => say(recurrence, value)} />}</Shown>
      </Panel>
      {doing === 'new' && <CreateDialog onClose={() => setDoing(null)} />}
      {doing !== null && doing !== 'new' && <Dialogs {...doing} onDo={setDoing} />}
    </Page>
  );
}

interface RuleTableProps {
  rules: readonly Rule[];
  keeps: boolean;
  onDo: (doing: Doing) => void;
  say: (recurrence: string | undefined) => string;
}

function RuleTable({ rules, keeps, onDo, say }: RuleTableProps) {
  const t = useTexts(rulesTexts);
  const role = useRole();
  const nameOf = useRuleName();
  const dueText = useDueText();
  const { can } = useCaller();
  const link = (title: string, doing: Doing) => <button type="button" className="link" onClick={() => onDo(doing)}>{title}</button>;
  return (
    <PlainTable<Rule>
      label={t.title}
      rows={rules}
      rowKey={rule => rule.name!}
      empty={t.none}
      columns={[
        { key: 'name', title: t.name, heads: true, render: nameOf },
        { key: 'who', title: t.who, render: rule => <>{(rule.roles ?? []).map(role).join('、')} <span className="muted">{rule.personal ? t.ofPeople : t.ofCentres}</span></> },
        { key: 'recurrence', title: t.recurrence, align: 'nowrap', render: rule => say(rule.recurrence) },
        { key: 'due', title: t.due, align: 'nowrap', render: rule => <>{dueText(rule)}{rule.graceDays ? <span className="muted"> · {t.graceText(count(rule.graceDays))}</span> : null}</> },
        { key: 'receivers', title: t.receivers, render: rule => (rule.receivers ?? []).map(role).join('、') },
        { key: 'state', title: t.state, align: 'nowrap', render: rule => <Tag tone={rule.active ? 'good' : 'plain'}>{rule.active ? t.active : t.retired}</Tag> },
        {
          key: 'actions',
          title: <span className="only-read">{t.edit}</span>,
          render: rule => (
            <span className="row-actions">
              {link(t.preview, { what: 'preview', rule })}
              {keeps && can('reporting.obligationRules.update') && link(t.edit, { what: 'edit', rule })}
              {keeps && rule.active && can('reporting.obligationRules.retire') && link(t.retire, { what: 'retire', rule })}
            </span>
          ),
        },
      ]}
    />
  );
}

function Dialogs({ what, rule, onDo }: Doing & { onDo: (doing: Doing | null) => void }) {
  const t = useTexts(rulesTexts);
  const nameOf = useRuleName();
  if (what === 'preview') return <Preview rule={rule} onClose={() => onDo(null)} />;
  if (what === 'edit') return <EditRule rule={rule} onDo={onDo} />;
  return (
    <ReasonDialog
      open
      danger
      title={t.retireTitle(nameOf(rule))}
      about={t.retireAbout}
      saveLabel={t.retire}
      onClose={() => onDo(null)}
      submit={async (reason, requestId) => {
        await ask(api.POST('/v1/obligationRules/{obligationRule}:retire', { params: { path: { obligationRule: idOf(rule.name) } }, body: { reason, etag: rule.etag ?? '', requestId } }));
        changed(t.saved);
      }}
    />
  );
}

/** The next dates of a rule as it is saved. */
function Preview({ rule, onClose }: { rule: Rule; onClose: () => void }) {
  const t = useTexts(rulesTexts);
  const nameOf = useRuleName();
  const [from, setFrom] = useState(today());
  const afterSigning = rule.recurrence === 'RECURRENCE_AGREEMENT';
  const loaded = useLoad(
    ['obligation-rules', 'preview', rule.name, rule.etag, from],
    signal => ask(api.GET('/v1/obligationRules/{obligationRule}:preview', { params: { path: { obligationRule: idOf(rule.name) }, query: { from, count: PREVIEWED } }, signal })),
    { keep: true },
  );
  return (
    <Modal open width={680} title={t.previewTitle(nameOf(rule))} footer={<Button onClick={onClose}>{t.close}</Button>} onCancel={onClose}>
      <div className="filters" style={{ marginBottom: 12 }}>
        <span>{afterSigning ? t.signedOn : t.from}</span>
        <DayPicker label={afterSigning ? t.signedOn : t.from} allowClear={false} value={from} onChange={next => setFrom(next ?? today())} />
        <span className="muted">{t.previewAbout}</span>
      </div>
      <Shown of={loaded} lines={6}>
        {({ rows }) => (
          <PlainTable<PreviewRow>
            label={t.preview}
            rows={rows ?? []}
            rowKey={row => row.dueDate ?? ''}
            columns={[
              ...(afterSigning ? [] : [{ key: 'period', title: t.period, heads: true, align: 'nowrap' as const, render: (row: PreviewRow) => <span className="num">{row.period}</span> }]),
              { key: 'soon', title: t.dueSoonDate, align: 'nowrap', render: row => <span className="num">{row.dueSoonDate}</span> },
              { key: 'due', title: t.dueDate, align: 'nowrap', render: row => <b className="num">{row.dueDate}</b> },
              { key: 'deadline', title: t.deadline, align: 'nowrap', render: row => <span className="num">{minute(row.deadline)}</span> },
            ]}
          />
        )}
      </Shown>
    </Modal>
  );
}

/** What may be changed of a rule. */
function useFields(often: Rule['recurrence'] | undefined): EditField[] {
  const t = useTexts(rulesTexts);
  const say = useWord();
  const role = useRole();
  const choices = useChoices();
  const offsets = t.offsets.split(',').map((label, index) => ({ value: index - 1, label }));
  const roles = (name: string, label: string): EditField => ({
    name,
    label,
    whole: {
      items: (
        <Form.Item name={name} label={label} rules={[{ required: true, message: t.required }]}>
          <RolesPicker />
        </Form.Item>
      ),
      show: value => ((value as string[] | undefined) ?? []).map(role).join('、'),
    },
  });
  const days = (name: string, label: string, max: number): EditField => ({ name, label, numeric: true, input: <InputNumber min={0} max={max} precision={0} /> });
  const hasMonths = often === undefined || ['RECURRENCE_QUARTERLY', 'RECURRENCE_HALF_YEARLY', 'RECURRENCE_YEARLY'].includes(often);
  const isPeriodic = often !== 'RECURRENCE_AGREEMENT';
  return [
    { name: 'displayName', label: t.name, required: true },
    { name: 'displayNameEn', label: t.nameEn, required: true },
    roles('roles', t.roles),
    ...(isPeriodic ? [{ name: 'dueOffset', label: t.dueOffset, numeric: true, input: <Select options={offsets} />, show: (value: unknown) => offsets.find(one => one.value === Number(value))?.label }] : []),
    ...(hasMonths ? [{ name: 'dueMonth', label: t.dueMonth, numeric: true, input: <InputNumber min={1} max={12} precision={0} /> }] : []),
    ...(often === 'RECURRENCE_DAILY' ? [] : [{ name: 'dueDay', label: t.dueDay, numeric: true, hint: t.dueDayHint, input: <InputNumber min={isPeriodic ? 1 : 0} max={31} precision={0} /> }]),
    { name: 'shift', label: t.shift, input: <Select options={choices(dueDayShift)} />, show: value => say(dueDayShift, String(value)) },
    days('graceDays', t.grace, 31),
    days('dueSoonDays', t.dueSoon, 60),
    roles('receivers', t.receivers),
  ];
}

function EditRule({ rule, onDo }: { rule: Rule; onDo: (doing: Doing | null) => void }) {
  const t = useTexts(rulesTexts);
  const nameOf = useRuleName();
  const fields = useFields(rule.recurrence);
  const path = { obligationRule: idOf(rule.name) };
  // Once saved, what it means from now on is shown.
  const saved = useRef<Rule | null>(null);
  return (
    <EditDialog<Rule>
      open
      title={t.editTitle(nameOf(rule))}
      onClose={() => onDo(saved.current && { what: 'preview', rule: saved.current })}
      within="obligationRule"
      draft={rule.name!}
      record={{ dueOffset: 0, graceDays: 0, dueSoonDays: 0, active: false, ...rule }}
      reload={() => ask(api.GET('/v1/obligationRules/{obligationRule}', { params: { path } }))}
      fields={[...fields, ...(rule.active ? [] : [{ name: 'active', label: t.inUse, checkbox: true }])]}
      save={async (changes, masked, etag) => {
        saved.current = await ask(api.PATCH('/v1/obligationRules/{obligationRule}', { params: { path, query: { updateMask: masked.join(',') } }, body: { ...changes, etag } }));
        changed(t.saved);
      }}
    />
  );
}

function CreateDialog({ onClose }: { onClose: () => void }) {
  const t = useTexts(rulesTexts);
  const choices = useChoices();
  const [often, setOften] = useState<Rule['recurrence']>('RECURRENCE_MONTHLY');
  const fields = useFields(often);
  const required = [{ required: true, message: t.required }];
  return (
    <FormDialog<Rule & { obligationRuleId: string }>
      open
      title={t.create}
      onClose={onClose}
      within="obligationRule"
      initial={{ recurrence: often, personal: false, dueOffset: 0, dueMonth: 1, dueDay: 5, shift: 'DUE_DAY_SHIFT_NEXT', graceDays: 0, dueSoonDays: 3, fulfilment: 'manual' }}
      submit={async ({ obligationRuleId, ...rule }, requestId) => {
        await ask(api.POST('/v1/obligationRules', { params: { query: { obligationRuleId, requestId } }, body: rule }));
        changed(t.saved);
      }}
    >
      <Form.Item name="obligationRuleId" label={t.code} extra={t.codeHint} rules={required}>
        <Input maxLength={50} autoComplete="off" />
      </Form.Item>
      <Form.Item name="recurrence" label={t.recurrence} rules={required}>
        <Select options={choices(recurrence)} onChange={setOften} />
      </Form.Item>
      <Form.Item name="personal" valuePropName="checked" extra={t.personalHint}>
        <Checkbox>{t.personal}</Checkbox>
      </Form.Item>
      <FormFields fields={fields} />
      <Form.Item name="fulfilment" label={t.fulfilment}>
        <Select options={choices(fulfilment)} />
      </Form.Item>
    </FormDialog>
  );
}
