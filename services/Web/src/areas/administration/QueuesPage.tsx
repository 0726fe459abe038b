import { Button, Checkbox, Form, Input, InputNumber, Select } from 'antd';
import { useState } from 'react';
import { api, ask, type Schemas } from '../../api/client';
import { queries } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { Confirm } from '../../kit/confirm';
import { EditDialog, type EditField } from '../../kit/edit';
import { FormDialog } from '../../kit/form';
import { count, idOf } from '../../kit/formats';
import { OrganisationPicker, StaffPicker, useOrganisations, useStaff } from '../../kit/names';
import { Page } from '../../kit/page';
import { Rows, type Column } from '../../kit/table';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { useChoices, useWord } from '../../kit/words';
import { ticketKind } from '../../words/tickets';
import { rulesTexts } from './rulesTexts';

type Queue = Schemas['serviceticket.Queue'];
type Member = Schemas['serviceticket.QueueMember'];

const USUAL_CAPACITY = 20;

function changed(text: string) {
  void queries.invalidateQueries({ queryKey: ['queues'] });
  toast(text);
}

/** Who takes which tickets, what they can do, and how many they have. */
export default function QueuesPage() {
  const t = useTexts(rulesTexts);
  const say = useWord();
  const { can } = useCaller();
  const { nameOf } = useOrganisations();
  const [doing, setDoing] = useState<'new' | { what: 'edit' | 'delete'; queue: Queue } | null>(null);
  const mayChange = can('serviceticket.queues.update');
  const columns: Column<Queue>[] = [
    { key: 'name', title: t.name, width: 170, phone: 'title', render: row => row.displayName },
    { key: 'organisation', title: t.organisation, width: 170, phone: 'none', render: row => nameOf(row.organisation) || row.organisation },
    { key: 'kinds', title: t.kinds, width: 200, render: row => (row.kinds ?? []).map(kind => say(ticketKind, kind)).join('、') || t.rest },
    { key: 'auto', title: t.autoAssign, width: 110, phone: 'none', render: row => (row.autoAssign ? t.yes : t.no) },
    { key: 'members', title: t.members, render: row => <Members members={row.members ?? []} /> },
    {
      key: 'actions',
      title: '',
      width: 120,
      phone: 'end',
      render: row =>
        mayChange && (
          <span className="row-actions">
            <button type="button" className="link" onClick={() => setDoing({ what: 'edit', queue: row })}>{t.edit}</button>
            <button type="button" className="link" onClick={() => setDoing({ what: 'delete', queue: row })}>{t.remove}</button>
          </span>
        ),
    },
  ];
  return (
    <Page title={t.queues} about={t.queuesAbout} fill actions={mayChange && <Button type="primary" onClick={() => setDoing('new')}>{t.createQueue}</Button>}>
      <Rows<Queue>
        label={t.queues}
        queryKey={['queues']}
        load={async (page, signal) => {
          const answer = await ask(api.GET('/v1/queues', { params: { query: page }, signal }));
          return { rows: answer.queues ?? [], nextPageToken: answer.nextPageToken };
        }}
        columns={columns}
        rowKey={row => row.name!}
        empty={<p className="state">{t.noQueues}</p>}
      />
      {doing === 'new' && <CreateQueue onClose={() => setDoing(null)} />}
      {doing !== null && doing !== 'new' && doing.what === 'edit' && <EditQueue queue={doing.queue} onClose={() => setDoing(null)} />}
      {doing !== null && doing !== 'new' && doing.what === 'delete' && (
        <Confirm
          danger
          title={t.deleteQueue(doing.queue.displayName)}
          about={t.deleteQueueAbout}
          label={t.remove}
          onClose={() => setDoing(null)}
          run={async () => {
            await ask(api.DELETE('/v1/queues/{queue}', { params: { path: { queue: idOf(doing.queue.name) }, query: { etag: doing.queue.etag ?? '' } } }));
            changed(t.deleted);
          }}
        />
      )}
    </Page>
  );
}

/** Each with what he has of what he may have. */
function Members({ members }: { members: readonly Member[] }) {
  const t = useTexts(rulesTexts);
  const text = members.map(one => `${one.staffDisplayName ?? ''} ${t.load(count(one.openTickets ?? 0), count(one.capacity))}${one.skills?.length ? ` (${one.skills.join('、')})` : ''}`).join('；');
  return <span title={text}>{text || '–'}</span>;
}

function CreateQueue({ onClose }: { onClose: () => void }) {
  const t = useTexts(rulesTexts);
  const { user } = useCaller();
  const required = [{ required: true, message: t.required }];
  return (
    <FormDialog<Queue>
      open
      title={t.createQueue}
      onClose={onClose}
      within="queue"
      draft="queue.new"
      initial={{ ...(user.organisation ? { organisation: user.organisation } : {}), members: [] }}
      submit={async (queue, requestId) => {
        await ask(api.POST('/v1/queues', { params: { query: { requestId } }, body: queue }));
        changed(t.saved);
      }}
    >
      <Form.Item name="displayName" label={t.name} rules={required}>
        <Input maxLength={50} />
      </Form.Item>
      <Form.Item name="organisation" label={t.organisation} rules={required}>
        <OrganisationPicker />
      </Form.Item>
      <KindsItem />
      <Form.Item name="autoAssign" valuePropName="checked">
        <Checkbox>{t.autoAssign}</Checkbox>
      </Form.Item>
      <MemberItems />
    </FormDialog>
  );
}

/** What may be changed of a queue; of its members not what they have. */
interface Edited {
  displayName: string;
  kinds: NonNullable<Queue['kinds']>;
  autoAssign: boolean;
  members: Pick<Member, 'staff' | 'skills' | 'capacity'>[];
  etag: string;
}
const editedOf = (queue: Queue): Edited => ({
  displayName: queue.displayName,
  kinds: queue.kinds ?? [],
  autoAssign: queue.autoAssign ?? false,
  members: (queue.members ?? []).map(({ staff, skills, capacity }) => ({ staff, skills: skills ?? [], capacity })),
  etag: queue.etag ?? '',
});

function EditQueue({ queue, onClose }: { queue: Queue; onClose: () => void }) {
  const t = useTexts(rulesTexts);
  const say = useWord();
  const { nameOf } = useStaff();
  const path = { queue: idOf(queue.name) };
  const fields: EditField[] = [
    { name: 'displayName', label: t.name, required: true },
    { name: 'kinds', label: t.kinds, whole: { items: <KindsItem />, show: value => (value as string[]).map(kind => say(ticketKind, kind)).join('、') || t.rest } },
    { name: 'autoAssign', label: t.autoAssign, checkbox: true },
    { name: 'members', label: t.members, whole: { items: <MemberItems />, show: value => (value as Edited['members']).map(one => `${nameOf(one.staff)} ${one.capacity} ${(one.skills ?? []).join('、')}`).join('；') } },
  ];
  return (
    <EditDialog<Edited>
      open
      title={t.editQueue}
      onClose={onClose}
      within="queue"
      draft={queue.name!}
      record={editedOf(queue)}
      reload={async () => editedOf(await ask(api.GET('/v1/queues/{queue}', { params: { path } })))}
      fields={fields}
      save={async (changes, masked, etag) => {
        await ask(api.PATCH('/v1/queues/{queue}', { params: { path, query: { updateMask: masked.join(',') } }, body: { ...changes, etag } as Queue }));
        changed(t.saved);
      }}
    />
  );
}

function KindsItem() {
  const t = useTexts(rulesTexts);
  const choices = useChoices();
  return (
    <Form.Item name="kinds" label={t.kinds} extra={t.kindsHint}>
      <Select mode="multiple" options={choices(ticketKind)} />
    </Form.Item>
  );
}

function MemberItems() {
  const t = useTexts(rulesTexts);
  const required = [{ required: true, message: t.required }];
  return (
    <Form.List name="members">
      {(members, { add, remove }, { errors }) => (
        <>
          {members.map(({ key, name }) => (
            <fieldset key={key} className="part">
              <legend>
                {t.member} {name + 1} <Button size="small" type="link" onClick={() => remove(name)}>{t.remove}</Button>
              </legend>
              <div style={{ display: 'grid', gridTemplateColumns: '1fr 100px', gap: 12 }}>
                <Form.Item name={[name, 'staff']} label={t.member} rules={required}>
                  <StaffPicker />
                </Form.Item>
                <Form.Item name={[name, 'capacity']} label={t.capacity} rules={required}>
                  <InputNumber min={1} max={1000} precision={0} style={{ width: '100%' }} />
                </Form.Item>
              </div>
              <Form.Item name={[name, 'skills']} label={t.skills} extra={t.skillsHint}>
                <Select mode="tags" open={false} suffixIcon={null} tokenSeparators={[',', '，', '、']} />
              </Form.Item>
            </fieldset>
          ))}
          <Form.ErrorList errors={errors} />
          <Button block type="dashed" onClick={() => add({ capacity: USUAL_CAPACITY, skills: [] })}>{t.addMember}</Button>
        </>
      )}
    </Form.List>
  );
}
