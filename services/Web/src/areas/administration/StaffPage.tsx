import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import { api, ask, type Schemas } from '../../api/client';
import { queries, useLoad } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { EditDialog } from '../../kit/edit';
import { FormDialog } from '../../kit/form';
import { count, idOf } from '../../kit/formats';
import { OrganisationPicker, PartnerPicker, StaffPicker, useOrganisations } from '../../kit/names';
import { Page, Tag } from '../../kit/page';
import { RolesPicker, useRole } from '../../kit/roles';
import { Rows, type Column } from '../../kit/table';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { useFilters } from '../../kit/url';
import { adminTexts } from './texts';

type Staff = Schemas['dealer.Staff'];
type Doing = { what: 'edit' | 'leave'; staff: Staff };

/** The people of the company and of its partners: where they belong and what they do. */
export default function StaffPage() {
  const t = useTexts(adminTexts);
  const { can } = useCaller();
  const role = useRole();
  const { nameOf } = useOrganisations();
  const [filters, change] = useFilters('organisation');
  const [creating, setCreating] = useState(false);
  const [doing, setDoing] = useState<Doing | null>(null);
  const columns: Column<Staff>[] = [
    { key: 'name', title: t.person, width: 120, phone: 'title', sort: row => row.displayName, render: row => row.displayName },
    { key: 'organisation', title: t.organisation, width: 190, sort: row => nameOf(row.organisation), render: row => nameOf(row.organisation) || row.organisation },
    { key: 'roles', title: t.roles, sort: row => row.roles.map(role).join(), render: row => row.roles.map(role).join('、') },
    { key: 'department', title: t.department, width: 130, phone: 'none', render: row => row.department || '–' },
    { key: 'phone', title: t.phone, width: 140, render: row => <span className="num">{row.phone || '–'}</span> },
    { key: 'state', title: t.state, width: 84, phone: 'end', sort: row => (row.active ? 0 : 1), render: row => <Tag tone={row.active ? 'good' : 'plain'}>{row.active ? t.active : t.left}</Tag> },
    {
      key: 'actions',
      title: '',
      width: 170,
      render: row =>
        row.active && (
          <span className="row-actions">
            {can('dealer.staff.update') && <button type="button" className="link" onClick={() => setDoing({ what: 'edit', staff: row })}>{t.edit}</button>}
            {can('dealer.staff.leave') && <button type="button" className="link" onClick={() => setDoing({ what: 'leave', staff: row })}>{t.leave}</button>}
          </span>
        ),
    },
  ];
  return (
    <Page title={t.staff} fill actions={can('dealer.staff.create') && <Button type="primary" onClick={() => setCreating(true)}>{t.createStaff}</Button>}>
      <Rows<Staff>
        label={t.staff}
        queryKey={['staff', filters]}
        load={async (page, signal) => {
          const answer = await ask(api.GET('/v1/staff', { params: { query: { ...page, organisation: filters.organisation || undefined } }, signal }));
          return { rows: answer.staff ?? [], nextPageToken: answer.nextPageToken };
        }}
        columns={columns}
        rowKey={row => row.name!}
        filters={<OrganisationPicker label={t.organisation} placeholder={t.organisation} style={{ width: 240 }} value={filters.organisation} onChange={organisation => change({ organisation })} />}
      />
      <FormDialog<Staff>
        title={t.createStaff}
        open={creating}
        onClose={() => setCreating(false)}
        within="staff"
        draft="staff.new"
        submit={async (staff, requestId) => {
          await ask(api.POST('/v1/staff', { params: { query: { requestId } }, body: staff }));
          changed(t.saved);
        }}
      >
        <StaffFields />
      </FormDialog>
      {doing?.what === 'edit' && <EditStaff staff={doing.staff} onClose={() => setDoing(null)} />}
      {doing?.what === 'leave' && <LeaveDialog staff={doing.staff} onClose={() => setDoing(null)} />}
    </Page>
  );
}

const changed = (text: string) => {
  void queries.invalidateQueries({ queryKey: ['staff'] });
  toast(text);
};

function StaffFields() {
  const t = useTexts(adminTexts);
  const required = [{ required: true, message: t.required }];
  return (
    <>
      <Form.Item name="displayName" label={t.person} rules={required}>
        <Input maxLength={40} />
      </Form.Item>
      <Form.Item name="organisation" label={t.organisation} rules={required}>
        <OrganisationPicker />
      </Form.Item>
      <Form.Item name="roles" label={t.roles} rules={required}>
        <RolesPicker />
      </Form.Item>
      <Form.Item name="department" label={t.department}>
        <Input maxLength={40} />
      </Form.Item>
      <Form.Item name="phone" label={t.phone}>
        <Input maxLength={30} inputMode="tel" />
      </Form.Item>
      <Form.Item name="partner" label={t.partner} extra={t.partnerHint}>
        <PartnerPicker />
      </Form.Item>
    </>
  );
}

/** Roles are a list, which the form of single values carries as one text. */
interface Plain {
  displayName: string;
  organisation: string;
  roles: string;
  department: string;
  phone: string;
  etag: string;
}
const plainOf = (staff: Staff): Plain => ({ displayName: staff.displayName, organisation: staff.organisation, roles: staff.roles.join(','), department: staff.department ?? '', phone: staff.phone ?? '', etag: staff.etag ?? '' });

function RolesText({ value, onChange, id }: { value?: string; onChange?: (value: string) => void; id?: string }) {
  return <RolesPicker {...(id === undefined ? {} : { id })} value={(value ?? '').split(',').filter(Boolean)} onChange={next => onChange?.(next.join(','))} />;
}

function EditStaff({ staff, onClose }: { staff: Staff; onClose: () => void }) {
  const t = useTexts(adminTexts);
  const role = useRole();
  const { nameOf } = useOrganisations();
  const path = { staffId: idOf(staff.name) };
  return (
    <EditDialog<Plain>
      open
      title={t.editStaff}
      onClose={onClose}
      within="staff"
      draft={staff.name!}
      record={plainOf(staff)}
      reload={async () => plainOf(await ask(api.GET('/v1/staff/{staffId}', { params: { path } })))}
      fields={[
        { name: 'displayName', label: t.person, required: true },
        { name: 'organisation', label: t.organisation, required: true, input: <OrganisationPicker />, show: value => nameOf(String(value)) },
        { name: 'roles', label: t.roles, required: true, input: <RolesText />, show: value => String(value ?? '').split(',').map(role).join('、') },
        { name: 'department', label: t.department },
        { name: 'phone', label: t.phone },
      ]}
      save={async ({ roles, ...changes }, fields, etag) => {
        const body = { ...changes, ...(roles === undefined ? {} : { roles: roles.split(',') }), etag };
        await ask(api.PATCH('/v1/staff/{staffId}', { params: { path, query: { updateMask: fields.join(',') } }, body }));
        changed(t.saved);
      }}
    />
  );
}

/** Somebody leaves: what is his goes to others. */
function LeaveDialog({ staff, onClose }: { staff: Staff; onClose: () => void }) {
  const t = useTexts(adminTexts);
  const path = { staffId: idOf(staff.name) };
  const portfolio = useLoad(['staff', 'portfolio', staff.name], signal => ask(api.GET('/v1/staff/{staffId}:portfolio', { params: { path }, signal })));
  return (
    <FormDialog<{ successor?: string; reason: string }>
      open
      danger
      title={t.leaveTitle(staff.displayName)}
      saveLabel={t.leave}
      onClose={onClose}
      submit={async ({ successor, reason }, requestId) => {
        await ask(api.POST('/v1/staff/{staffId}:leave', { params: { path }, body: { reason, handovers: successor ? [{ successor }] : [], etag: staff.etag ?? '', requestId } }));
        changed(t.handoverStarted);
      }}
    >
      <p className="muted" style={{ marginBottom: 14 }}>
        {t.leaveAbout} {portfolio.data && t.portfolio(count(portfolio.data.partnerCount ?? 0), count(portfolio.data.plannedVisitCount ?? 0))}
      </p>
      <Form.Item name="successor" label={t.successor}>
        <StaffPicker />
      </Form.Item>
      <Form.Item name="reason" label={t.reason} rules={[{ required: true, message: t.required }]}>
        <Input.TextArea rows={3} maxLength={500} />
      </Form.Item>
    </FormDialog>
  );
}
