import { Button, Checkbox, Form, Input, InputNumber, Select } from 'antd';
import { useState } from 'react';
import { api, ask, type Schemas } from '../../api/client';
import { queries, useLoad } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { DayPicker } from '../../kit/date';
import { EditDialog } from '../../kit/edit';
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

function Policies({ organisation }: { organisation: string }) {
  const t = useTexts(adminTexts);
  const say = useWord();
  const choices = useChoices();
  const { can } = useCaller();
  const { nameOf } = useOrganisations();
  const [editing, setEditing] = useState<Sla | null>(null);
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
                render: row => can('serviceticket.policies.update') && <span className="row-actions"><button type="button" className="link" onClick={() => setEditing(row)}>{t.edit}</button></span>,
              },
            ]}
          />
        )}
      </Shown>
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
  const { can } = useCaller();
  const { nameOf } = useOrganisations();
  const [editing, setEditing] = useState<Chain | null>(null);
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
                render: row => can('serviceticket.policies.update') && <span className="row-actions"><button type="button" className="link" onClick={() => setEditing(row)}>{t.edit}</button></span>,
              },
            ]}
          />
        )}
      </Shown>
      {editing && (
        <FormDialog<Pick<Chain, 'steps'>>
          open
          title={t.editChain}
          within="escalationChain"
          draft={editing.name}
          initial={{ steps: editing.steps ?? [] }}
          onClose={() => setEditing(null)}
          submit={async ({ steps }) => {
            await ask(api.PATCH('/v1/escalationChains/{escalationChain}', { params: { path: { escalationChain: idOf(editing.name) } }, body: { name: editing.name, steps: steps ?? [], etag: editing.etag ?? '' } }));
            saved('escalation-chains', t.saved);
          }}
        >
          <Form.List name="steps">
            {(steps, { add, remove }) => (
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
                <Button block type="dashed" onClick={() => add({ afterMinutes: 0 })}>{t.addStep}</Button>
              </>
            )}
          </Form.List>
        </FormDialog>
      )}
    </Panel>
  );
}

const WEEK = [1, 2, 3, 4, 5, 6, 7];

function Calendars({ organisation }: { organisation: string }) {
  const t = useTexts(adminTexts);
  const { can } = useCaller();
  const { nameOf } = useOrganisations();
  const [editing, setEditing] = useState<Calendar | null>(null);
  const calendars = useLoad(['service-calendars'], signal => ask(api.GET('/v1/serviceCalendars', { params: { query: { pageSize: 500 } }, signal })));
  const dayName = (weekday: number) => t.weekdays[weekday % 7];
  const latest = (calendar: Calendar) => calendar.revisions?.at(-1);
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
                render: row => can('serviceticket.policies.update') && <span className="row-actions"><button type="button" className="link" onClick={() => setEditing(row)}>{t.addRevision}</button></span>,
              },
            ]}
          />
        )}
      </Shown>
      {editing && (
        <FormDialog<Omit<Revision, 'windows'> & { windows: string; reason: string }>
          open
          title={t.addRevision}
          within="serviceCalendar"
          draft={editing.name}
          initial={{ ...latest(editing), effectiveFrom: today(), windows: latest(editing)?.windows.join('\n') ?? '' }}
          onClose={() => setEditing(null)}
          submit={async ({ reason, windows, ...values }) => {
            const revision: Revision = { ...values, days: latest(editing)?.days ?? [], windows: windows.split(/\s+/).filter(Boolean) };
            const kept = (editing.revisions ?? []).filter(one => one.effectiveFrom !== revision.effectiveFrom);
            const revisions = [...kept, revision].sort((a, b) => a.effectiveFrom.localeCompare(b.effectiveFrom));
            const params = { path: { serviceCalendar: idOf(editing.name) }, query: { reason } };
            await ask(api.PATCH('/v1/serviceCalendars/{serviceCalendar}', { params, body: { name: editing.name, revisions, etag: editing.etag ?? '' } }));
            saved('service-calendars', t.saved);
          }}
        >
          <Form.Item name="effectiveFrom" label={t.effective} rules={[{ required: true, message: t.required }]}>
            <DayPicker allowClear={false} />
          </Form.Item>
          <Form.Item name="windows" label={t.windows} extra={t.windowsHint} rules={[{ required: true, message: t.required }]}>
            <Input.TextArea rows={3} />
          </Form.Item>
          <Form.Item name="weekend" label={t.weekend}>
            <Checkbox.Group options={WEEK.map(weekday => ({ value: weekday, label: dayName(weekday) ?? '' }))} />
          </Form.Item>
          <Form.Item name="publicHolidays" valuePropName="checked">
            <Checkbox>{t.holidays}</Checkbox>
          </Form.Item>
          <Form.Item name="reason" label={t.reason} rules={[{ required: true, message: t.required }]}>
            <Input.TextArea rows={2} maxLength={500} />
          </Form.Item>
        </FormDialog>
      )}
    </Panel>
  );
}
