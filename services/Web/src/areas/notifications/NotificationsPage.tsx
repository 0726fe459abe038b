import { Button, Checkbox, Form, Radio, Select } from 'antd';
import { Link } from 'react-router';
import { api, ask, newRequestId, type Schemas } from '../../api/client';
import { queries, useLoad } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { FormDialog } from '../../kit/form';
import { minute } from '../../kit/formats';
import { Page } from '../../kit/page';
import { PlainTable } from '../../kit/plain';
import { useSettings } from '../../kit/settings';
import { Rows, type Column } from '../../kit/table';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { useFilters } from '../../kit/url';
import { StateTag, useChoices, useWord } from '../../kit/words';
import { notificationDigest, notificationKind, notificationSeverity } from '../../words/notifications';
import { addressOf } from './addresses';
import { notificationTexts } from './texts';

type Notification = Schemas['reporting.Notification'];
type Preferences = Schemas['reporting.NotificationPreferences'];

/** Everything that the caller was told; what is opened counts as read. */
export default function NotificationsPage() {
  const t = useTexts(notificationTexts);
  const { can } = useCaller();
  const { lang } = useSettings();
  const [filters, change] = useFilters('unread', 'kind', 'preferences');
  const kinds = useChoices()(notificationKind);
  const mayMark = can('reporting.notifications.update');

  const mark = async (body: { names?: string[]; all?: boolean }) => {
    await ask(api.POST('/v1/notifications:markRead', { body: { ...body, requestId: newRequestId() } }));
    await queries.invalidateQueries({ queryKey: ['notifications'] });
  };
  const columns: Column<Notification>[] = [
    {
      key: 'title',
      title: t.what,
      phone: 'title',
      render: row => {
        const title = lang === 'en' ? row.titleEn : row.title;
        const to = addressOf(row.resource);
        const shown = row.readTime ? title : <b>{title}</b>;
        return to ? <Link to={to} onClick={() => mayMark && !row.readTime && void mark({ names: [row.name!] })}>{shown}</Link> : shown;
      },
    },
    { key: 'text', title: t.text, render: row => <span className="muted">{lang === 'en' ? row.textEn : row.text}</span> },
    { key: 'severity', title: t.severity, width: 100, phone: 'end', render: row => <StateTag of={notificationSeverity} value={row.severity} /> },
    { key: 'time', title: t.time, width: 150, render: row => <span className="num">{minute(row.time)}</span> },
    {
      key: 'actions',
      title: '',
      width: 100,
      render: row => mayMark && !row.readTime && <span className="row-actions"><button type="button" className="link" onClick={() => void mark({ names: [row.name!] })}>{t.markRead}</button></span>,
    },
  ];
  return (
    <Page
      title={t.title}
      fill
      actions={
        mayMark && (
          <>
            <Button onClick={() => change({ preferences: 'open' })}>{t.preferences}</Button>
            <Button onClick={() => void mark({ all: true }).then(() => toast(t.allRead))}>{t.markAll}</Button>
          </>
        )
      }
    >
      <Rows<Notification>
        label={t.title}
        queryKey={['notifications', 'list', filters.unread, filters.kind]}
        load={async (page, signal) => {
          const answer = await ask(api.GET('/v1/notifications', { params: { query: { ...page, unread: filters.unread !== '', ...(filters.kind ? { kind: filters.kind as NonNullable<Notification['kind']> } : {}) } }, signal }));
          return { rows: answer.notifications ?? [], nextPageToken: answer.nextPageToken };
        }}
        columns={columns}
        rowKey={row => row.name!}
        filters={
          <>
            <Select aria-label={t.kind} placeholder={t.kind} allowClear value={filters.kind || null} options={kinds} onChange={kind => change({ kind: kind ?? '' })} style={{ minWidth: 180 }} />
            <Checkbox checked={filters.unread !== ''} onChange={event => change({ unread: event.target.checked ? '1' : '' })}>
              {t.unread}
            </Checkbox>
          </>
        }
      />
      {mayMark && filters.preferences === 'open' && <PreferencesDialog onClose={() => change({ preferences: '' })} />}
    </Page>
  );
}

/** What the caller wants to be told of, and how. */
function PreferencesDialog({ onClose }: { onClose: () => void }) {
  const t = useTexts(notificationTexts);
  const say = useWord();
  const digests = useChoices()(notificationDigest);
  const loaded = useLoad(['notificationPreferences'], signal => ask(api.GET('/v1/notificationPreferences', { signal })));
  if (!loaded.data) return null;
  const { email, kinds = [] } = loaded.data;
  return (
    <FormDialog<Preferences>
      title={t.preferences}
      open
      onClose={onClose}
      within="preferences"
      initial={loaded.data}
      submit={async entered => {
        await ask(api.PATCH('/v1/notificationPreferences', { body: { ...entered, etag: loaded.data.etag ?? '' } }));
        await queries.invalidateQueries({ queryKey: ['notificationPreferences'] });
        toast(t.saved);
      }}
    >
      <p className="muted">{email ? t.mailGoesTo(email) : t.noMail}</p>
      <Form.Item name="digest" label={t.digest}>
        <Radio.Group options={digests} />
      </Form.Item>
      <Form.Item name="digestHour" label={t.digestHour}>
        <Select options={Array.from({ length: 24 }, (_, hour) => ({ value: hour, label: `${String(hour).padStart(2, '0')}:00` }))} style={{ width: 120 }} />
      </Form.Item>
      <PlainTable
        label={t.preferences}
        rows={kinds.map((kind, at) => ({ ...kind, at }))}
        rowKey={row => row.kind}
        columns={[
          {
            key: 'kind',
            title: t.kind,
            heads: true,
            render: row => (
              <>
                {say(notificationKind, row.kind)}
                <Form.Item name={['kinds', row.at, 'kind']} hidden>
                  <input type="hidden" />
                </Form.Item>
              </>
            ),
          },
          { key: 'inApp', title: t.inApp, render: row => <Choice at={row.at} field="inApp" label={`${say(notificationKind, row.kind)} ${t.inApp}`} fixed={row.severity === 'NOTIFICATION_SEVERITY_CRITICAL'} /> },
          { key: 'outward', title: t.outward, render: row => <Choice at={row.at} field="outward" label={`${say(notificationKind, row.kind)} ${t.outward}`} /> },
        ]}
      />
    </FormDialog>
  );
}

function Choice({ at, field, label, fixed = false }: { at: number; field: string; label: string; fixed?: boolean }) {
  return (
    <Form.Item name={['kinds', at, field]} valuePropName="checked" noStyle>
      <Checkbox aria-label={label} disabled={fixed} />
    </Form.Item>
  );
}
