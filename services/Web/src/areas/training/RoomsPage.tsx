import { Button, Form, Input, InputNumber } from 'antd';
import { useState } from 'react';
import { api, ask, type Schemas } from '../../api/client';
import { queries } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { EditDialog, FormFields, type EditField } from '../../kit/edit';
import { FormDialog } from '../../kit/form';
import { count, idOf } from '../../kit/formats';
import { OrganisationPicker, useOrganisations } from '../../kit/names';
import { Page, Tag } from '../../kit/page';
import { Rows, type Column } from '../../kit/table';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { CatalogueTabs } from './CatalogueTabs';
import { trainingTexts } from './texts';

type Room = Schemas['training.Room'];

const readRoom = (room: string) => ask(api.GET('/v1/rooms/{room}', { params: { path: { room } } }));

/** Where is taught. */
export default function RoomsPage() {
  const t = useTexts(trainingTexts);
  const { user, can } = useCaller();
  const organisations = useOrganisations();
  const [creating, setCreating] = useState(false);
  const [editing, setEditing] = useState<Room | null>(null);
  const fields: EditField[] = [
    { name: 'displayName', label: t.roomName, required: true, input: <Input maxLength={100} /> },
    { name: 'capacity', label: t.seats, required: true, numeric: true, input: <InputNumber min={1} precision={0} /> },
    { name: 'address', label: t.address, input: <Input maxLength={200} /> },
    { name: 'equipment', label: t.equipment, input: <Input.TextArea rows={3} maxLength={500} /> },
  ];
  const done = () => {
    toast(t.saved);
    void queries.invalidateQueries({ queryKey: ['rooms'] });
  };
  const close = async (room: Room) => {
    try {
      await ask(api.PATCH('/v1/rooms/{room}', { params: { path: { room: idOf(room.name) }, query: { updateMask: 'closed' } }, body: { ...room, closed: !room.closed } }));
      done();
    } catch (fault) {
      toast(fault instanceof Error ? fault.message : String(fault));
      void queries.invalidateQueries({ queryKey: ['rooms'] });
    }
  };
  const columns: Column<Room>[] = [
    { key: 'name', title: t.roomName, width: 200, phone: 'title', sort: row => row.displayName, render: row => row.displayName },
    { key: 'organisation', title: t.organisation, width: 190, render: row => organisations.nameOf(row.organisation) },
    { key: 'seats', title: t.seats, width: 80, align: 'right', sort: row => row.capacity, render: row => count(row.capacity) },
    { key: 'address', title: t.address, render: row => row.address },
    { key: 'equipment', title: t.equipment, phone: 'none', render: row => row.equipment },
    { key: 'state', title: t.state, width: 92, phone: 'end', render: row => <Tag tone={row.closed ? 'plain' : 'good'}>{row.closed ? t.retired : t.inUse}</Tag> },
    ...(can('training.rooms.update')
      ? [
          {
            key: 'actions',
            title: '',
            width: 150,
            render: (row: Room) => (
              <span className="row-actions">
                <button type="button" className="link" aria-label={`${t.edit} ${row.displayName}`} onClick={() => setEditing(row)}>{t.edit}</button>
                <button type="button" className="link" aria-label={`${row.closed ? t.bringBack : t.closeRoom} ${row.displayName}`} onClick={() => void close(row)}>{row.closed ? t.bringBack : t.closeRoom}</button>
              </span>
            ),
          },
        ]
      : []),
  ];
  return (
    <Page title={t.catalogue} fill actions={can('training.rooms.create') && <Button type="primary" onClick={() => setCreating(true)}>{t.newRoom}</Button>}>
      <CatalogueTabs />
      <Rows<Room>
        label={t.rooms}
        queryKey={['rooms', 'rows']}
        columns={columns}
        rowKey={row => row.name!}
        load={async (page, signal) => {
          const answer = await ask(api.GET('/v1/rooms', { params: { query: page }, signal }));
          return { rows: answer.rooms ?? [], nextPageToken: answer.nextPageToken };
        }}
      />
      <FormDialog<Room>
        title={t.newRoom}
        open={creating}
        onClose={() => setCreating(false)}
        within="room"
        draft="room.new"
        initial={user.organisation ? { organisation: user.organisation } : {}}
        submit={async (room, requestId) => {
          await ask(api.POST('/v1/rooms', { params: { query: { requestId } }, body: room }));
          done();
        }}
      >
        <Form.Item name="organisation" label={t.organisation}>
          <OrganisationPicker />
        </Form.Item>
        <FormFields fields={fields} />
      </FormDialog>
      {editing && (
        <EditDialog<Room>
          title={t.edit}
          open
          onClose={() => setEditing(null)}
          within="room"
          draft={editing.name!}
          fields={fields}
          record={editing}
          reload={() => readRoom(idOf(editing.name))}
          save={async (changes, changed, etag) => {
            await ask(api.PATCH('/v1/rooms/{room}', { params: { path: { room: idOf(editing.name) }, query: { updateMask: changed.join(',') } }, body: { ...editing, ...changes, etag } }));
            done();
          }}
        />
      )}
    </Page>
  );
}
