import { Button, Form, Select } from 'antd';
import { useState } from 'react';
import { useParams } from 'react-router';
import { api, ask, type Schemas } from '../../api/client';
import { queries, useLoad } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { Confirm } from '../../kit/confirm';
import { FormDialog } from '../../kit/form';
import { idOf, minute } from '../../kit/formats';
import { useOrganisations } from '../../kit/names';
import { Facts, Page, Panel, Tag } from '../../kit/page';
import { ReasonDialog } from '../../kit/reason';
import { useRole, useRoleName, useRoles } from '../../kit/roles';
import { SecretOnce } from '../../kit/secret';
import { SessionRows } from '../../kit/sessions';
import { Shown } from '../../kit/states';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { accessTexts } from './accessTexts';

type User = Schemas['gateway.User'];
type Doing = 'password' | 'factor' | 'roles' | 'disable' | 'enable' | 'sessions';

function changed(text: string) {
  void queries.invalidateQueries({ queryKey: ['users'] });
  void queries.invalidateQueries({ queryKey: ['sessions'] });
  toast(text);
}

/** How a user stands: whether he may sign in, with what, where he is signed in, and what the company gave him. */
export function UserState({ user }: { user: User }) {
  const t = useTexts(accessTexts);
  if (user.disabled) return <Tag tone="bad">{t.userDisabled}</Tag>;
  if (!user.active) return <Tag>{t.left}</Tag>;
  return user.passwordTemporary ? <Tag tone="warn">{t.temporary}</Tag> : <Tag tone="good">{t.active}</Tag>;
}

/** One user, and what an administrator does for or with him. */
export default function UserPage() {
  const t = useTexts(accessTexts);
  const { user: id = '' } = useParams();
  const loaded = useLoad(['users', id], signal => ask(api.GET('/v1/users/{user}', { params: { path: { user: id } }, signal })));
  const [doing, setDoing] = useState<Doing | null>(null);
  const title = loaded.data?.displayName || loaded.data?.login || t.users;
  return (
    <Page title={title} up={{ to: '/users', title: t.users }} actions={loaded.data && <Actions user={loaded.data} onDo={setDoing} />}>
      <Shown of={loaded}>
        {user => (
          <>
            <UserFacts user={user} />
            <UserSessions id={id} />
            {doing && <Dialogs doing={doing} user={user} onClose={() => setDoing(null)} />}
          </>
        )}
      </Shown>
    </Page>
  );
}

function UserFacts({ user }: { user: User }) {
  const t = useTexts(accessTexts);
  const role = useRole();
  const { nameOf } = useOrganisations();
  return (
    <Panel>
      <Facts
        rows={[
          [t.login, user.login],
          [t.state, <UserState user={user} />],
          [t.organisation, nameOf(user.organisation)],
          [t.secondFactor, user.secondFactor ? <Tag tone="good">{t.on}</Tag> : t.off],
          [t.staffRoles, (user.roles ?? []).map(role).join('、')],
          [t.extraRoles, (user.extraRoles ?? []).map(role).join('、')],
          [t.created, <span className="num">{minute(user.createTime)}</span>],
        ]}
      />
    </Panel>
  );
}

function Actions({ user, onDo }: { user: User; onDo: (what: Doing) => void }) {
  const t = useTexts(accessTexts);
  const { can, user: me } = useCaller();
  const isMe = me.name === user.name;
  const offered: [Doing, string, boolean][] = [
    ['roles', t.grantRoles, can('gateway.users.grant') && can('gateway.roles.read')],
    ['password', t.resetPassword, can('gateway.users.reset') && (user.active ?? false) && !isMe],
    ['factor', t.resetFactor, can('gateway.users.reset') && (user.secondFactor ?? false) && !isMe],
    ['sessions', t.endSessions, can('gateway.sessions.revoke') && !isMe],
    ['disable', t.disable, can('gateway.users.disable') && !user.disabled && !isMe],
    ['enable', t.enable, can('gateway.users.disable') && (user.disabled ?? false)],
  ];
  return offered.map(([what, title, offer]) => offer && <Button key={what} danger={what === 'disable'} onClick={() => onDo(what)}>{title}</Button>);
}

function UserSessions({ id }: { id: string }) {
  const t = useTexts(accessTexts);
  const { can } = useCaller();
  return (
    can('gateway.sessions.read') && (
      <SessionRows
        queryKey={['sessions', id]}
        load={async (page, signal) => {
          const answer = await ask(api.GET('/v1/users/{user}/sessions', { params: { path: { user: id }, query: page }, signal }));
          return { rows: answer.sessions ?? [], nextPageToken: answer.nextPageToken };
        }}
        filters={<h2 style={{ fontSize: 14.5 }}>{t.sessions}</h2>}
      />
    )
  );
}

function Dialogs({ doing, user, onClose }: { doing: Doing; user: User; onClose: () => void }) {
  const t = useTexts(accessTexts);
  const params = { path: { user: idOf(user.name) } };
  switch (doing) {
    case 'password':
      return <ResetPassword user={user} onClose={onClose} />;
    case 'roles':
      return <GrantRoles user={user} onClose={onClose} />;
    case 'factor':
      return (
        <Confirm
          danger
          title={t.resetFactor}
          about={t.resetFactorAbout}
          label={t.resetFactor}
          onClose={onClose}
          run={async () => {
            await ask(api.POST('/v1/users/{user}:resetSecondFactor', { params, body: {} }));
            changed(t.saved);
          }}
        />
      );
    case 'sessions':
      return (
        <Confirm
          danger
          title={t.endSessions}
          about={t.endSessionsAbout}
          label={t.endSessions}
          onClose={onClose}
          run={async () => {
            await ask(api.POST('/v1/users/{user}/sessions:revoke', { params, body: {} }));
            changed(t.ended);
          }}
        />
      );
    case 'enable':
      return (
        <Confirm
          title={t.enable}
          about={t.enableAbout}
          label={t.enable}
          onClose={onClose}
          run={async () => {
            await ask(api.POST('/v1/users/{user}:enable', { params, body: {} }));
            changed(t.saved);
          }}
        />
      );
    case 'disable':
      return (
        <ReasonDialog
          open
          danger
          title={t.disableUser(user.login)}
          about={t.disableUserAbout}
          saveLabel={t.disable}
          onClose={onClose}
          submit={async reason => {
            await ask(api.POST('/v1/users/{user}:disable', { params, body: { reason } }));
            changed(t.saved);
          }}
        />
      );
  }
}

/** A new password, which is also how a lock is lifted; told once. */
export function ResetPassword({ user, onClose }: { user: User; onClose: () => void }) {
  const t = useTexts(accessTexts);
  const [told, setTold] = useState<User | null>(null);
  if (told) return <PasswordOnce user={told} onClose={onClose} />;
  return (
    <Confirm
      stays
      danger
      title={`${t.resetPassword}：${user.login}`}
      about={t.resetPasswordAbout}
      label={t.resetPassword}
      onClose={onClose}
      run={async () => {
        const reset = await ask(api.POST('/v1/users/{user}:resetPassword', { params: { path: { user: idOf(user.name) } }, body: {} }));
        void queries.invalidateQueries({ queryKey: ['users'] });
        void queries.invalidateQueries({ queryKey: ['sessions'] });
        setTold(reset);
      }}
    />
  );
}

/** The password that nobody will see again. */
export function PasswordOnce({ user, onClose }: { user: User; onClose: () => void }) {
  const t = useTexts(accessTexts);
  return <SecretOnce title={t.newPassword} rows={[[t.login, user.login], [t.newPassword, user.initialPassword ?? '']]} about={<p className="muted">{t.newPasswordAbout}</p>} onClose={onClose} />;
}

function GrantRoles({ user, onClose }: { user: User; onClose: () => void }) {
  const t = useTexts(accessTexts);
  const name = useRoleName();
  const { data } = useRoles();
  const own = (data ?? []).filter(role => !role.builtIn);
  return (
    <FormDialog<{ extraRoles: string[] }>
      open
      title={t.grantRoles}
      onClose={onClose}
      initial={{ extraRoles: user.extraRoles ?? [] }}
      submit={async ({ extraRoles }) => {
        await ask(api.POST('/v1/users/{user}:setRoles', { params: { path: { user: idOf(user.name) } }, body: { extraRoles: extraRoles ?? [] } }));
        changed(t.saved);
      }}
    >
      <Form.Item name="extraRoles" label={t.extraRoles} extra={data && own.length === 0 ? t.noOwnRoles : undefined}>
        <Select mode="multiple" showSearch={{ optionFilterProp: 'label' }} options={own.map(role => ({ value: idOf(role.name), label: name(role) }))} />
      </Form.Item>
    </FormDialog>
  );
}
