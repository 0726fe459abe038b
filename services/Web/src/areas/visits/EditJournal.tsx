import { Form, Input, InputNumber } from 'antd';
import { api, ask, type Schemas } from '../../api/client';
import { useBase, useVersions, type EditField, type Plain, type Value } from '../../kit/edit';
import { FormDialog } from '../../kit/form';
import { idOf } from '../../kit/formats';
import { useTexts } from '../../kit/texts';
import { useWord } from '../../kit/words';
import { weekRow } from '../../words/reporting';
import { visitTexts } from './texts';

type Journal = Schemas['reporting.Journal'];
type Part = 'daily' | 'weekly' | 'monthly';

const partOf = (journal: Journal): Part => (journal.daily ? 'daily' : journal.weekly ? 'weekly' : 'monthly');

/** What people write in a journal of this kind, each by its way into the record. */
function useFields(journal: Journal): EditField[] {
  const t = useTexts(visitTexts);
  const say = useWord();
  if (journal.daily)
    return [
      { name: 'daily.morningMeeting', label: t.morningMeeting },
      { name: 'daily.planMorning', label: t.planMorning },
      { name: 'daily.planAfternoon', label: t.planAfternoon },
      { name: 'daily.eveningMeeting', label: t.eveningMeeting },
    ];
  if (journal.monthly)
    return [
      { name: 'monthly.failures', label: t.failures },
      { name: 'monthly.likelyWins', label: t.likelyWins },
    ];
  return (journal.weekly?.rows ?? []).flatMap((row, index) => {
    const of = [say(weekRow, row.kind), row.partnerName].filter(Boolean).join(' ');
    const at = (name: string, label: string, numeric = false): EditField => ({ name: `weekly.rows.${index}.${name}`, label: `${of} · ${label}`, numeric });
    return [at('plan', t.weekPlan, true), at('nextPlan', t.nextPlan, true), at('reason', t.gap), at('improvement', t.improvement)];
  });
}

type Branch = { [step: string]: Branch | Value } | undefined;

const valueAt = (of: object, path: string) => path.split('.').reduce<Branch | Value>((branch, step) => (branch as Branch)?.[step], of as Branch) as Value;

const plainOf = (journal: Journal, fields: readonly EditField[]): Plain => ({ ...Object.fromEntries(fields.map(({ name }) => [name, valueAt(journal, name)])), etag: journal.etag });

/** The record with what was written in it; what is not on the form – next month's lines, the rows' kinds – stays as it was read. */
function written(journal: Journal, values: Plain, fields: readonly EditField[]): Journal {
  const copy = structuredClone(journal);
  for (const { name, numeric } of fields) {
    const steps = name.split('.');
    const last = steps.pop()!;
    const branch = steps.reduce<Branch>((at, step) => at?.[step] as Branch, copy as unknown as Branch);
    const value = values[name];
    if (branch) branch[last] = numeric ? (value === undefined || value === '' ? undefined : String(value)) : (value ?? '');
  }
  return copy;
}

/** Writes in a journal; when it was changed at another screen in between, both versions are shown. */
export function EditJournal({ journal, open, onClose, onDone }: { journal: Journal; open: boolean; onClose: () => void; onDone: () => void }) {
  const t = useTexts(visitTexts);
  const fields = useFields(journal);
  const { save, versions } = useVersions(fields);
  const base = useBase(open, journal);
  const path = { journal: idOf(journal.name) };
  const part = partOf(journal);
  return (
    <>
      <FormDialog<Journal>
        title={t.edit}
        open={open}
        onClose={onClose}
        within="journal"
        draft={journal.name!}
        initial={{ daily: journal.daily, weekly: journal.weekly, monthly: journal.monthly } as Partial<Journal>}
        submit={async entered => {
          let latest = base.current;
          await save({
            base: plainOf(latest, fields),
            mine: plainOf(entered, fields),
            reload: async () => {
              latest = await ask(api.GET('/v1/journals/{journal}', { params: { path } }));
              return plainOf(latest, fields);
            },
            save: async (values, _, etag) => {
              await ask(api.PATCH('/v1/journals/{journal}', { params: { path, query: { updateMask: part } }, body: { [part]: written(latest, values, fields)[part], etag } }));
              onDone();
            },
          });
        }}
      >
        <Fields journal={journal} />
      </FormDialog>
      {versions}
    </>
  );
}

function Fields({ journal }: { journal: Journal }) {
  const t = useTexts(visitTexts);
  const say = useWord();
  const area = (name: (string | number)[], label: string, rows = 3) => (
    <Form.Item name={name} label={label} key={name.join('.')}>
      <Input.TextArea rows={rows} />
    </Form.Item>
  );
  if (journal.daily) return [area(['daily', 'morningMeeting'], t.morningMeeting), area(['daily', 'planMorning'], t.planMorning), area(['daily', 'planAfternoon'], t.planAfternoon), area(['daily', 'eveningMeeting'], t.eveningMeeting)];
  if (journal.monthly) return [area(['monthly', 'failures'], t.failures, 5), area(['monthly', 'likelyWins'], t.likelyWins, 5)];
  return (journal.weekly?.rows ?? []).map((row, index) => (
    <fieldset key={index} style={{ border: 0, padding: 0, margin: '0 0 8px' }}>
      <legend>
        <b>{[say(weekRow, row.kind), row.partnerName].filter(Boolean).join(' ')}</b>
      </legend>
      <div style={{ display: 'grid', gridTemplateColumns: '1fr 1fr', gap: 12 }}>
        <Form.Item name={['weekly', 'rows', index, 'plan']} label={t.weekPlan}>
          <InputNumber min={0} precision={0} style={{ width: '100%' }} />
        </Form.Item>
        <Form.Item name={['weekly', 'rows', index, 'nextPlan']} label={t.nextPlan}>
          <InputNumber min={0} precision={0} style={{ width: '100%' }} />
        </Form.Item>
      </div>
      {area(['weekly', 'rows', index, 'reason'], t.gap, 1)}
      {area(['weekly', 'rows', index, 'improvement'], t.improvement, 1)}
    </fieldset>
  ));
}
