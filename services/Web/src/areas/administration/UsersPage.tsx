import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { api, ask, type Schemas } from '../../api/client';
import { queries } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { FormDialog } from '../../kit/form';
import { day } from '../../kit/formats';
import { StaffPicker, useOrganisations } from '../../kit/names';
import { Page } from '../../kit/page';
import { useRole } from '../../kit/roles';
import { Rows, type Column } from '../../kit/table';
import { useTexts } from '../../kit/texts';
import { adminTexts } from './texts';
import { PasswordOnce, ResetPassword, UserState } from './UserPage';

type User = Schemas['gateway.User'];

/** Who may sign in. Passwords are told once, and changed by who gets them. */
export default function UsersPage() {
  const t = useTexts(adminTexts);
  const { can } = useCaller();
  const role = useRole();
  const { nameOf } = useOrganisations();
  const [creating, setCreating] = useState(false);
  const [resetting, setResetting] = useState<User | null>(null);
  const [told, setTold] = useState<User | null>(null);
  const columns: Column<User>[] = [
    { key: 'login', title: t.login, width: 150, phone: 'title', sort: row => row.login, render: row => <Link to={`/${row.name}`}>{row.login}</Link> },
    { key: 'name', title: t.person, width: 120, sort: row => row.displayName ?? '', render: row => row.displayName || '–' },
    { key: 'organisation', title: t.organisation, width: 190, phone: 'none', sort: row => nameOf(row.organisation), render: row => nameOf(row.organisation) || '–' },
    { key: 'roles', title: t.roles, render: row => (row.roles ?? []).map(role).join('、') },
    { key: 'created', title: t.created, width: 112, phone: 'none', sort: row => row.createTime ?? '', render: row => <span className="num">{day(row.createTime)}</span> },
    {
      key: 'state',
      title: t.state,
      width: 110,
      phone: 'end',
      render: row => <UserState user={row} />,
    },
    {
      key: 'actions',
      title: '',
      width: 110,
      render: row => row.active && can('gateway.users.reset') && <span className="row-actions"><button type="button" className="link" onClick={() => setResetting(row)}>{t.reset}</button></span>,
    },
  ];
  return (
    <Page title={t.users} fill actions={can('gateway.users.create') && <Button type="primary" onClick={() => setCreating(true)}>{t.createUser}</Button>}>
      <Rows<User>
        label={t.users}
        queryKey={['users']}
        load={async (page, signal) => {
          const answer = await ask(api.GET('/v1/users', { params: { query: page }, signal }));
          return { rows: answer.users ?? [], nextPageToken: answer.nextPageToken };
        }}
        columns={columns}
        rowKey={row => row.name!}
      />
      <FormDialog<User>
        title={t.createUser}
        open={creating}
        onClose={() => setCreating(false)}
        within="user"
        submit={async (user, requestId) => {
          setTold(await ask(api.POST('/v1/users', { params: { query: { requestId } }, body: user })));
          void queries.invalidateQueries({ queryKey: ['users'] });
        }}
      >
        <Form.Item name="staff" label={t.staffOf} rules={[{ required: true, message: t.required }]}>
          <StaffPicker />
        </Form.Item>
        <Form.Item name="login" label={t.login} rules={[{ required: true, message: t.required }]}>
          <Input maxLength={60} autoComplete="off" />
        </Form.Item>
      </FormDialog>
      {resetting && <ResetPassword user={resetting} onClose={() => setResetting(null)} />}
      {told && <PasswordOnce user={told} onClose={() => setTold(null)} />}
    </Page>
  );
}
