import { Form, Input, Select } from 'antd';
import { api, ask, type Schemas } from '../../api/client';
import { queries } from '../../api/queries';
import { DayPicker } from '../../kit/date';
import { FormDialog } from '../../kit/form';
import { money, today } from '../../kit/formats';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { useChoices, type Enum } from '../../kit/words';
import { dunningWay } from '../../words/money';
import { moneyTexts } from './texts';

interface Said {
  way: Enum<'contract.DunningWay'>;
  note: string;
  promisedDate?: string;
}

/** Writes down how somebody was asked to pay, and what he promised. */
export function DunDialog({ instalment, onClose }: { instalment: Schemas['contract.Instalment'] | null; onClose: () => void }) {
  const t = useTexts(moneyTexts);
  const choices = useChoices();
  const required = [{ required: true, message: t.required }];
  return (
    <FormDialog<Said>
      title={t.dun}
      open={instalment !== null}
      onClose={onClose}
      {...(instalment ? { draft: `${instalment.name}.dun` } : {})}
      initial={{ way: 'DUNNING_WAY_CALL' }}
      submit={async ({ way, note, promisedDate }, requestId) => {
        await ask(api.POST('/v1/instalments/{instalment}:dun', { params: { path: { instalment: instalment!.name!.split('/')[1]! } }, body: { way, note, promisedDate: promisedDate ?? '', requestId } }));
        toast(t.done);
        void queries.invalidateQueries({ queryKey: ['dunning-steps'] });
        void queries.invalidateQueries({ queryKey: ['overdue'] });
      }}
    >
      <p className="muted" style={{ marginBottom: 14 }}>
        {[instalment?.partnerName, instalment && `${t.open} ${money(instalment.openFen)}`].filter(Boolean).join(' · ')}
      </p>
      <Form.Item name="way" label={t.way} rules={required}>
        <Select options={choices(dunningWay)} />
      </Form.Item>
      <Form.Item name="note" label={t.note} rules={required}>
        <Input.TextArea rows={3} maxLength={1000} />
      </Form.Item>
      <Form.Item name="promisedDate" label={t.promised}>
        <DayPicker disabled={date => date < today()} />
      </Form.Item>
    </FormDialog>
  );
}
