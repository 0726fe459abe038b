import { Button, Checkbox, Form, Input, InputNumber, Select } from 'antd';
import { useRef, useState } from 'react';
import { api, ask, type Schemas } from '../../api/client';
import { CallFailed } from '../../api/problem';
import { queries, useLoad } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { DayPicker } from '../../kit/date';
import { EditDialog, type EditField } from '../../kit/edit';
import { FormDialog } from '../../kit/form';
import { count, idOf, today } from '../../kit/formats';
import { OrganisationPicker, useOrganisations } from '../../kit/names';
import { Page, Panel } from '../../kit/page';
import { PlainTable } from '../../kit/plain';
import { RolePicker, useRole } from '../../kit/roles';
import { Shown } from '../../kit/states';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { useFilters } from '../../kit/url';
import { useChoices, useWord } from '../../kit/words';
import { slaCalendar } from '../../words/administration';
import { ticketKind, ticketSeverity } from '../../words/tickets';
import { adminTexts } from './texts';

type Sla = Schemas['serviceticket.SlaPolicy'];
type Chain = Schemas['serviceticket.EscalationChain'];
type Calendar = Schemas['serviceticket.ServiceCalendar'];
type Revision = Schemas['serviceticket.CalendarRevision'];

/** What after-sales promises, when it works, and who is told when it is late. */
export default function ServiceRulesPage() {
  const t = useTexts(adminTexts);
  const [filters, change] = useFilters('organisation');
  return (
    <Page title={t.service}>
      <div className="filters">
        <OrganisationPicker label={t.organisation} placeholder={t.organisation} style={{ width: 240 }} value={filters.organisation} onChange={organisation => change({ organisation })} />
      </div>
      <Policies organisation={filters.organisation} />
      <Chains organisation={filters.organisation} />
      <Calendars organisation={filters.organisation} />
    </Page>
  );
}

function saved(key: string, text: string) {
  void queries.invalidateQueries({ queryKey: [key] });
  toast(text);
}

/** Whether a rule is one of an organisation that the caller looks after; HQ's are everybody's to read. */
function useMayChange() {
  const { can } = useCaller();
  const { list } = useOrganisations();
  return (organisation: string | undefined) => can('serviceticket.policies.update') && list.some(one => one.name === organisation);
}

interface ActionsProps<R extends { name: string; organisation?: string }> {
  row: R;
  editTitle: string;
  onEdit: (row: R) => void;
  onOwn: (row: R) => void;
}

/** Changes a rule, or lets an organisation below have its own. */
function RowActions<R extends { name: string; organisation?: string }>({ row, editTitle, onEdit, onOwn }: ActionsProps<R>) {
  const t = useTexts(adminTexts);
  const { can } = useCaller();
  const mayChange = useMayChange();
  return (
    <span className="row-actions">
      {mayChange(row.organisation) && <button type="button" className="link" onClick={() => onEdit(row)}>{editTitle}</button>}
      {can('serviceticket.policies.update') && <button type="button" className="link" onClick={() => onOwn(row)}>{t.ownRule}</button>}
    </span>
  );
}

/** The same rule under an organisation's name: "slaPolicies/hq-complaint-major" becomes "slaPolicies/js-complaint-major". */
function ownOf<R extends { name: string; organisation?: string; etag?: string }>(row: R, organisation: string): R {
  const [collection, id = ''] = row.name.split('/');
  const rest = id.slice(idOf(row.organisation).length);
  return { ...row, name: `${collection}/${idOf(organisation)}${rest}`, organisation, etag: '' };
}

interface OwnDialogProps<R extends { name: string; organisation?: string; etag?: string }> {
  row: R;
  rows: readonly R[];
  onChosen: (row: R) => void;
  onClose: () => void;
}

/** Asks which organisation is to have its own; one that has it already goes on with that. */
function OwnDialog<R extends { name: string; organisation?: string; etag?: string }>({ row, rows, onChosen, onClose }: OwnDialogProps<R>) {
  const t = useTexts(adminTexts);
  return (
    <FormDialog<{ organisation: string }>
      open
      title={t.ownRule}
      saveLabel={t.next}
      onClose={onClose}
      submit={({ organisation }) => {
        const own = ownOf(row, organisation);
        onChosen(rows.find(one => one.name === own.name) ?? own);
        return Promise.resolve();
      }}
    >
      <p className="muted" style={{ marginBottom: 14 }}>{t.ownRuleAbout}</p>
      <Form.Item name="organisation" label={t.organisation} rules={[{ required: true, message: t.required }]}>
        <OrganisationPicker />
      </Form.Item>
    </FormDialog>
  );
}

function Policies({ organisation }: { organisation: string }) {
  const t = useTexts(adminTexts);
  const say = useWord();
  const choices = useChoices();
  const { nameOf } = useOrganisations();
  const [editing, setEditing] = useState<Sla | null>(null);
  const [owning, setOwning] = useState<Sla | null>(null);
  const policies = useLoad(['sla-policies', organisation], signal => ask(api.GET('/v1/slaPolicies', { params: { query: { pageSize: 500, organisation: organisation || undefined } }, signal })), { keep: true });
  const path = { slaPolicy: idOf(editing?.name) };
  return (
    <Panel title={t.sla} bare>
      <Shown of={policies}>
        {({ slaPolicies }) => (
          <PlainTable<Sla>
            label={t.sla}
            rows={slaPolicies ?? []}
            rowKey={row => row.name}
            columns={[
              { key: 'kind', title: t.ticketKind, heads: true, render: row => say(ticketKind, row.kind) },
              { key: 'severity', title: t.severity, render: row => say(ticketSeverity, row.severity) },
              { key: 'grade', title: t.grade, render: row => row.partnerGrade || t.any },
              { key: 'organisation', title: t.organisation, render: row => nameOf(row.organisation) || t.all },
              { key: 'first', title: t.firstResponse, align: 'right', render: row => count(row.firstResponseMinutes) },
              { key: 'resolution', title: t.resolution, align: 'right', render: row => count(row.resolutionMinutes) },
              { key: 'calendar', title: t.calendar, render: row => say(slaCalendar, row.calendar) },
              {
                key: 'actions',
                title: <span className="only-read">{t.edit}</span>,
                render: row => <RowActions row={row} editTitle={t.edit} onEdit={setEditing} onOwn={setOwning} />,
              },
            ]}
          />
        )}
      </Shown>
      {owning && <OwnDialog row={owning} rows={policies.data?.slaPolicies ?? []} onChosen={setEditing} onClose={() => setOwning(null)} />}
      {editing && (
        <EditDialog<Sla>
          open
          title={`${t.editSla}：${say(ticketKind, editing.kind)}`}
          onClose={() => setEditing(null)}
          within="slaPolicy"
          draft={editing.name}
          record={editing}
          reload={() => ask(api.GET('/v1/slaPolicies/{slaPolicy}', { params: { path } }))}
          fields={[
            { name: 'firstResponseMinutes', label: t.firstResponse, required: true, numeric: true, input: <InputNumber min={1} precision={0} /> },
            { name: 'resolutionMinutes', label: t.resolution, required: true, numeric: true, input: <InputNumber min={1} precision={0} /> },
            { name: 'calendar', label: t.calendar, input: <Select options={choices(slaCalendar)} />, show: value => say(slaCalendar, String(value)) },
          ]}
          save={async (changes, fields, etag) => {
            await ask(api.PATCH('/v1/slaPolicies/{slaPolicy}', { params: { path, query: { updateMask: fields.join(',') } }, body: { ...changes, etag } }));
            saved('sla-policies', t.saved);
          }}
        />
      )}
    </Panel>
  );
}

function Chains({ organisation }: { organisation: string }) {
  const t = useTexts(adminTexts);
  const say = useWord();
  const role = useRole();
  const { nameOf } = useOrganisations();
  const [editing, setEditing] = useState<Chain | null>(null);
  const [owning, setOwning] = useState<Chain | null>(null);
  const chains = useLoad(['escalation-chains', organisation], signal => ask(api.GET('/v1/escalationChains', { params: { query: { pageSize: 500, organisation: organisation || undefined } }, signal })), { keep: true });
  return (
    <Panel title={t.chains} bare>
      <Shown of={chains} lines={2}>
        {({ escalationChains }) => (
          <PlainTable<Chain>
            label={t.chains}
            rows={escalationChains ?? []}
            rowKey={row => row.name}
            columns={[
              { key: 'kind', title: t.ticketKind, heads: true, render: row => (row.kind?.endsWith('UNSPECIFIED') ? t.all : say(ticketKind, row.kind)) },
              { key: 'organisation', title: t.organisation, render: row => nameOf(row.organisation) || t.all },
              { key: 'steps', title: t.chainSteps, render: row => (row.steps ?? []).map((step, index) => <div key={index}>{t.chainStep(count(step.afterMinutes ?? 0), role(step.role))}</div>) },
              {
                key: 'actions',
                title: <span className="only-read">{t.edit}</span>,
                render: row => <RowActions row={row} editTitle={t.edit} onEdit={setEditing} onOwn={setOwning} />,
              },
            ]}
          />
        )}
      </Shown>
      {owning && <OwnDialog row={owning} rows={chains.data?.escalationChains ?? []} onChosen={setEditing} onClose={() => setOwning(null)} />}
      {editing && <EditChain chain={editing} onClose={() => setEditing(null)} />}
    </Panel>
  );
}

const stepsOf = (chain: Chain) => ({ steps: (chain.steps ?? []).map(({ afterMinutes, role }) => ({ afterMinutes: afterMinutes ?? 0, role })), etag: chain.etag ?? '' });

function EditChain({ chain, onClose }: { chain: Chain; onClose: () => void }) {
  const t = useTexts(adminTexts);
  const role = useRole();
  const path = { escalationChain: idOf(chain.name) };
  return (
    <EditDialog<ReturnType<typeof stepsOf>>
      open
      title={t.editChain}
      onClose={onClose}
      within="escalationChain"
      draft={chain.name}
      record={stepsOf(chain)}
      reload={async () => stepsOf(await ask(api.GET('/v1/escalationChains/{escalationChain}', { params: { path } })))}
      fields={[
        {
          name: 'steps',
          label: t.chainSteps,
          whole: { items: <ChainSteps />, show: value => (value as ReturnType<typeof stepsOf>['steps']).map((step, index) => <div key={index}>{t.chainStep(count(step.afterMinutes), role(step.role))}</div>) },
        },
      ]}
      save={async ({ steps }, _, etag) => {
        await ask(api.PATCH('/v1/escalationChains/{escalationChain}', { params: { path }, body: { name: chain.name, steps: steps ?? [], etag } }));
        saved('escalation-chains', t.saved);
      }}
    />
  );
}

function ChainSteps() {
  const t = useTexts(adminTexts);
  return (
    <Form.List name="steps">
      {(steps, { add, remove }, { errors }) => (
        <>
          {steps.map(({ key, name }) => (
            <div key={key} style={{ display: 'grid', gridTemplateColumns: '120px 1fr auto', gap: 10, alignItems: 'end' }}>
              <Form.Item name={[name, 'afterMinutes']} label={t.afterMinutes}>
                <InputNumber min={0} precision={0} style={{ width: '100%' }} />
              </Form.Item>
              <Form.Item name={[name, 'role']} label={t.roles} rules={[{ required: true, message: t.required }]}>
                <RolePicker />
              </Form.Item>
              <Form.Item>
                <Button onClick={() => remove(name)}>{t.removeStep}</Button>
              </Form.Item>
            </div>
          ))}
          <Form.ErrorList errors={errors} />
          <Button block type="dashed" onClick={() => add({ afterMinutes: 0 })}>{t.addStep}</Button>
        </>
      )}
    </Form.List>
  );
}

const WEEK = [1, 2, 3, 4, 5, 6, 7];

const latest = (calendar: Calendar) => calendar.revisions?.at(-1);

function Calendars({ organisation }: { organisation: string }) {
  const t = useTexts(adminTexts);
  const { nameOf } = useOrganisations();
  const [editing, setEditing] = useState<Calendar | null>(null);
  const [owning, setOwning] = useState<Calendar | null>(null);
  const calendars = useLoad(['service-calendars'], signal => ask(api.GET('/v1/serviceCalendars', { params: { query: { pageSize: 500 } }, signal })));
  const dayName = (weekday: number) => t.weekdays[weekday % 7];
  return (
    <Panel title={t.calendars} bare>
      <Shown of={calendars} lines={2}>
        {({ serviceCalendars }) => (
          <PlainTable<Calendar>
            label={t.calendars}
            rows={(serviceCalendars ?? []).filter(row => !organisation || row.organisation === organisation)}
            rowKey={row => row.name}
            columns={[
              { key: 'organisation', title: t.organisation, heads: true, render: row => nameOf(row.organisation) || t.all },
              { key: 'from', title: t.effective, align: 'nowrap', render: row => <span className="num">{latest(row)?.effectiveFrom ?? '–'}</span> },
              { key: 'windows', title: t.windows, align: 'nowrap', render: row => <span className="num">{latest(row)?.windows.join('、')}</span> },
              { key: 'weekend', title: t.weekend, align: 'nowrap', render: row => (latest(row)?.weekend ?? []).map(dayName).join(' ') || '–' },
              { key: 'holidays', title: t.holidays, render: row => (latest(row)?.publicHolidays ? t.observed : t.notObserved) },
              { key: 'special', title: t.specialDays, align: 'right', render: row => count(latest(row)?.days?.length ?? 0) },
              {
                key: 'actions',
                title: <span className="only-read">{t.edit}</span>,
                render: row => <RowActions row={row} editTitle={t.addRevision} onEdit={setEditing} onOwn={setOwning} />,
              },
            ]}
          />
        )}
      </Shown>
      {owning && <OwnDialog row={owning} rows={calendars.data?.serviceCalendars ?? []} onChosen={setEditing} onClose={() => setOwning(null)} />}
      {editing && <EditCalendar calendar={editing} onClose={() => setEditing(null)} />}
    </Panel>
  );
}

/** What a calendar says from a day on; its hours as text, a window on each line. */
interface Edited {
  effectiveFrom: string;
  windows: string;
  weekend: number[];
  publicHolidays: boolean;
  days: EditedDay[];
  reason: string;
  etag: string;
}
interface EditedDay {
  date: string;
  working: boolean;
  displayName: string;
  windows: string[];
}

/** From today on as it was, until somebody says otherwise; without any revision, as the services have it then. */
function editedOf(calendar: Calendar): Edited {
  const now: Partial<Revision> = latest(calendar) ?? { windows: ['08:30-12:00', '13:30-17:30'], weekend: [6, 7], publicHolidays: true };
  return {
    effectiveFrom: today(),
    windows: (now.windows ?? []).join('\n'),
    weekend: now.weekend ?? [],
    publicHolidays: now.publicHolidays ?? false,
    days: (now.days ?? []).map(({ date, working, displayName, windows }) => ({ date, working: working ?? false, displayName: displayName ?? '', windows: windows ?? [] })),
    reason: '',
    etag: calendar.etag ?? '',
  };
}

const lines = (text: string) => text.split(/\s+/).filter(Boolean);

/** Puts what is wrong with the revision that was sent where the form has it. */
function asOfForm(fault: unknown): unknown {
  if (!(fault instanceof CallFailed) || !fault.problem) return fault;
  const violations = fault.problem.violations?.map(one => ({ ...one, field: (one.field ?? '').replace(/^serviceCalendar\.revisions\[\d+\]\./, '') }));
  return new CallFailed(fault.status, { ...fault.problem, ...(violations ? { violations } : {}) }, fault.message);
}

function EditCalendar({ calendar, onClose }: { calendar: Calendar; onClose: () => void }) {
  const t = useTexts(adminTexts);
  const dayName = (weekday: number) => t.weekdays[weekday % 7] ?? '';
  const path = { serviceCalendar: idOf(calendar.name) };
  // What is not touched stays as whoever was faster has it.
  const now = useRef(calendar);
  const fields: EditField[] = [
    { name: 'effectiveFrom', label: t.effective, required: true, input: <DayPicker allowClear={false} /> },
    { name: 'windows', label: t.windows, required: true, hint: t.windowsHint, input: <Input.TextArea rows={3} /> },
    {
      name: 'weekend',
      label: t.weekend,
      whole: {
        items: (
          <Form.Item name="weekend" label={t.weekend}>
            <Checkbox.Group options={WEEK.map(weekday => ({ value: weekday, label: dayName(weekday) }))} />
          </Form.Item>
        ),
        show: value => ((value as number[] | undefined) ?? []).map(dayName).join(' ') || '–',
      },
    },
    { name: 'publicHolidays', label: t.holidays, checkbox: true },
    { name: 'days', label: t.specialDays, whole: { items: <SpecialDays />, show: value => ((value as EditedDay[] | undefined) ?? []).map(day => <div key={day.date}>{day.date} {day.working ? t.makeUp : t.dayOff} {day.displayName}</div>) } },
    { name: 'reason', label: t.reason, required: true, input: <Input.TextArea rows={2} maxLength={200} /> },
  ];
  return (
    <EditDialog<Edited>
      open
      title={t.addRevision}
      onClose={onClose}
      within="serviceCalendar"
      draft={calendar.name}
      record={editedOf(calendar)}
      reload={async () => {
        now.current = await ask(api.GET('/v1/serviceCalendars/{serviceCalendar}', { params: { path } }));
        return editedOf(now.current);
      }}
      fields={fields}
      save={async (changes, _, etag) => {
        const { reason, windows, days, effectiveFrom, weekend, publicHolidays } = { ...editedOf(now.current), ...changes };
        const revision: Revision = { effectiveFrom, weekend, publicHolidays, days, windows: lines(windows) };
        const kept = (now.current.revisions ?? []).filter(one => one.effectiveFrom !== effectiveFrom);
        const revisions = [...kept, revision].sort((a, b) => a.effectiveFrom.localeCompare(b.effectiveFrom));
        try {
          await ask(api.PATCH('/v1/serviceCalendars/{serviceCalendar}', { params: { path, query: { reason } }, body: { name: calendar.name, revisions, etag } }));
        } catch (fault) {
          throw asOfForm(fault);
        }
        saved('service-calendars', t.saved);
      }}
    />
  );
}

/** Days off and make-up days beside the public ones. */
function SpecialDays() {
  const t = useTexts(adminTexts);
  return (
    <Form.List name="days">
      {(days, { add, remove }, { errors }) => (
        <fieldset className="part">
          <legend>{t.specialDays}</legend>
          {days.map(({ key, name }) => (
            <div key={key} style={{ display: 'grid', gridTemplateColumns: 'minmax(0, 1fr) minmax(0, 1fr) auto', gap: '0 10px', alignItems: 'end' }}>
              <Form.Item name={[name, 'date']} label={t.day} rules={[{ required: true, message: t.required }]}>
                <DayPicker allowClear={false} />
              </Form.Item>
              <Form.Item name={[name, 'displayName']} label={t.name}>
                <Input maxLength={50} />
              </Form.Item>
              <Form.Item>
                <Button onClick={() => remove(name)}>{t.removeStep}</Button>
              </Form.Item>
              <Form.Item name={[name, 'working']} valuePropName="checked">
                <Checkbox>{t.makeUp}</Checkbox>
              </Form.Item>
              <Form.Item name={[name, 'windows']}>
                <Select mode="tags" open={false} suffixIcon={null} aria-label={t.ownHours} placeholder={t.ownHours} tokenSeparators={[',', '，', ' ']} />
              </Form.Item>
            </div>
          ))}
          <Form.ErrorList errors={errors} />
          <Button block type="dashed" style={{ marginBottom: 12 }} onClick={() => add({ working: false, displayName: '', windows: [] })}>{t.addDay}</Button>
        </fieldset>
      )}
    </Form.List>
  );
}
