import { Button, Form, Input, InputNumber, Select, type FormInstance } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { api, ask, type Schemas } from '../../api/client';
import { queries } from '../../api/queries';
import { MinutePicker } from '../../kit/date';
import { FormDialog, showViolations } from '../../kit/form';
import { addDays, minute, today } from '../../kit/formats';
import { useTexts } from '../../kit/texts';
import { useChoices, type Enum } from '../../kit/words';
import { trainingWay } from '../../words/training';
import { CoursePicker, LecturerPicker, RoomPicker, useLecturers } from './catalogue';
import { trainingTexts } from './texts';

type Session = Schemas['training.TrainingSession'];
type Slot = Schemas['training.SlotProposal'];
type Way = Enum<'training.TrainingWay'>;

const ROOMLESS: readonly string[] = ['TRAINING_WAY_ONLINE', 'TRAINING_WAY_EXTERNAL'];

/** Puts a session on the calendar; asks first when lecturer and room are free. What collides, the server says at the field. */
export function ScheduleDialog({ open, onClose, request }: { open: boolean; onClose: () => void; request?: Schemas['training.TrainingRequest'] }) {
  const t = useTexts(trainingTexts);
  const choices = useChoices();
  const go = useNavigate();
  const required = [{ required: true, message: t.required }];
  const way: Way = request?.way && request.way !== 'TRAINING_WAY_UNSPECIFIED' ? request.way : 'TRAINING_WAY_INTERNAL';
  const initial: Partial<Session> = request
    ? { course: request.course, way, startTime: request.wishTime, place: request.place, capacity: request.expectedTrainees }
    : { way, startTime: `${addDays(today(), 1)}T09:00:00+08:00`, capacity: 20 };
  return (
    <FormDialog<Session>
      title={t.scheduleTitle}
      open={open}
      onClose={onClose}
      within="trainingSession"
      draft={request ? `schedule.${request.name}` : 'session.new'}
      initial={initial}
      submit={async (values, requestId) => {
        const body = { ...values, ...(request ? { trainingRequests: [request.name!] } : {}) };
        const made = await ask(api.POST('/v1/trainingSessions', { params: { query: { requestId } }, body }));
        void queries.invalidateQueries({ queryKey: ['training-sessions'] });
        void queries.invalidateQueries({ queryKey: ['training-requests'] });
        void go(`/${made.name}`);
      }}
    >
      {form => (
        <>
          <Form.Item name="course" label={t.course} rules={required}>
            <CoursePicker />
          </Form.Item>
          <div style={{ display: 'grid', gridTemplateColumns: '1fr 1fr', gap: 12 }}>
            <Form.Item name="way" label={t.way} rules={required}>
              <Select options={choices(trainingWay)} />
            </Form.Item>
            <Form.Item name="capacity" label={t.capacity} rules={required}>
              <InputNumber min={1} precision={0} style={{ width: '100%' }} />
            </Form.Item>
            <Form.Item name="startTime" label={t.begins} rules={required}>
              <MinutePicker />
            </Form.Item>
            <Form.Item name="endTime" label={t.ends} rules={required}>
              <MinutePicker />
            </Form.Item>
          </div>
          <Proposals form={form} />
          <Form.Item noStyle shouldUpdate={(a, b) => a.way !== b.way}>
            {() => <PlaceFields way={form.getFieldValue('way') as Way} />}
          </Form.Item>
        </>
      )}
    </FormDialog>
  );
}

function PlaceFields({ way }: { way: Way }) {
  const t = useTexts(trainingTexts);
  return (
    <>
      {way === 'TRAINING_WAY_EXTERNAL' ? (
        <Form.Item name="provider" label={t.provider}>
          <Input maxLength={100} />
        </Form.Item>
      ) : (
        <Form.Item name="lecturer" label={t.lecturer}>
          <LecturerPicker />
        </Form.Item>
      )}
      {way === 'TRAINING_WAY_ONLINE' ? (
        <Form.Item name="link" label={t.link}>
          <Input maxLength={300} placeholder="https://" />
        </Form.Item>
      ) : (
        <>
          {way !== 'TRAINING_WAY_EXTERNAL' && (
            <Form.Item name="room" label={t.room}>
              <RoomPicker />
            </Form.Item>
          )}
          <Form.Item name="place" label={t.place}>
            <Input maxLength={200} />
          </Form.Item>
        </>
      )}
    </>
  );
}

/** The nearest times at which lecturer and room are free; one click takes one. */
function Proposals({ form }: { form: FormInstance<Session> }) {
  const t = useTexts(trainingTexts);
  const lecturers = useLecturers();
  const [slots, setSlots] = useState<readonly Slot[] | null>(null);
  const [chosen, setChosen] = useState(-1);
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);

  const find = async () => {
    const { course, startTime, capacity, way, lecturer } = form.getFieldsValue(true) as Session;
    setBusy(true);
    setFailure('');
    try {
      const withoutRoom = ROOMLESS.includes(way);
      const lecturerName = lecturers.find(one => one.staff === lecturer)?.name;
      const body = { course, wishTime: startTime, withoutRoom, trainees: capacity, ...(lecturerName ? { lecturer: lecturerName } : {}) };
      const answer = await ask(api.POST('/v1/trainingSessions:proposeSlots', { body }));
      setSlots(answer.slots ?? []);
      setChosen(-1);
    } catch (fault) {
      setFailure(showViolations(form, fault, ''));
    } finally {
      setBusy(false);
    }
  };

  const take = (slot: Slot, index: number) => {
    setChosen(index);
    const staff = lecturers.find(one => one.name === slot.lecturer)?.staff;
    form.setFieldsValue({ startTime: slot.startTime, endTime: slot.endTime, ...(staff ? { lecturer: staff } : {}), ...(slot.room ? { room: slot.room } : {}) } as Parameters<typeof form.setFieldsValue>[0]);
  };

  return (
    <div style={{ marginBottom: 8 }}>
      <Button onClick={() => void find()} loading={busy} style={{ marginBottom: 10 }}>
        {t.propose}
      </Button>
      {failure && <p role="alert" style={{ color: 'var(--bad)' }}>{failure}</p>}
      {slots && (
        <>
          <p className="muted">{slots.length > 0 ? t.proposals : t.noSlots}</p>
          <div className="slots">
            {slots.map((slot, index) => (
              <button key={index} type="button" aria-pressed={index === chosen} onClick={() => take(slot, index)}>
                <b className="num">
                  {minute(slot.startTime)}–{minute(slot.endTime).slice(11)}
                </b>
                <span>{slot.lecturerDisplayName}</span>
                <span className="muted">{slot.roomDisplayName || t.noRoom}</span>
              </button>
            ))}
          </div>
        </>
      )}
    </div>
  );
}
