import { Select } from 'antd';
import { api, ask } from '../../api/client';
import { useLoad } from '../../api/queries';
import { useCaller } from '../../kit/caller';

interface PickProps {
  value?: string;
  onChange?: (value: string | undefined) => void;
  id?: string;
}

/** What is taught, where and by whom: few, and read once. */
export function useCourses() {
  const { data } = useLoad(['courses'], signal => ask(api.GET('/v1/courses', { params: { query: { pageSize: 500 } }, signal })));
  const list = data?.courses ?? [];
  return { list, titleOf: (name: string | undefined) => list.find(one => one.name === name)?.title ?? '' };
}

export function useRooms() {
  const { can } = useCaller();
  const { data } = useLoad(['rooms'], signal => ask(api.GET('/v1/rooms', { params: { query: { pageSize: 500 } }, signal })), { enabled: can('training.rooms.read') });
  const list = data?.rooms ?? [];
  return { list, nameOf: (name: string | undefined) => list.find(one => one.name === name)?.displayName ?? '' };
}

export function useLecturers() {
  const { can } = useCaller();
  const { data } = useLoad(['lecturers'], signal => ask(api.GET('/v1/lecturers', { params: { query: { pageSize: 500 } }, signal })), { enabled: can('training.lecturers.read') });
  return data?.lecturers ?? [];
}

export function CoursePicker({ value, onChange, id }: PickProps) {
  const { list } = useCourses();
  return (
    <Select
      {...(id === undefined ? {} : { id })}
      showSearch={{ optionFilterProp: 'label' }}
      options={list.filter(one => !one.retired).map(one => ({ value: one.name!, label: one.title }))}
      value={value || null}
      onChange={next => onChange?.(next ?? undefined)}
    />
  );
}

export function RoomPicker({ value, onChange, id }: PickProps) {
  const { list } = useRooms();
  return (
    <Select
      allowClear
      {...(id === undefined ? {} : { id })}
      options={list.filter(one => !one.closed).map(one => ({ value: one.name!, label: `${one.displayName} (${one.capacity})` }))}
      value={value || null}
      onChange={next => onChange?.(next ?? undefined)}
    />
  );
}

/** Chooses a lecturer; what is chosen is the member of staff. */
export function LecturerPicker({ value, onChange, id }: PickProps) {
  const list = useLecturers();
  return (
    <Select
      allowClear
      {...(id === undefined ? {} : { id })}
      options={list.filter(one => !one.retired && one.staff).map(one => ({ value: one.staff!, label: one.displayName }))}
      value={value || null}
      onChange={next => onChange?.(next ?? undefined)}
    />
  );
}
