import { Checkbox, Form, Input, Modal, Radio } from 'antd';
import { Fragment, useRef, useState, type ReactNode } from 'react';
import { CallFailed } from '../api/problem';
import { FormDialog } from './form';
import { texts, useTexts } from './texts';

const words = texts({
  changed: ['这条记录刚被别人修改', 'Somebody else has just changed this record'],
  hint: ['请逐项选择要保留的内容，然后保存。', 'Choose what is to stand, field by field, then save.'],
  field: ['项目', 'Field'],
  mine: ['我的修改', 'Mine'],
  theirs: ['现在的内容', 'As it is now'],
  take: ['按选择保存', 'Save what is chosen'],
  back: ['返回继续编辑', 'Go on editing'],
  required: ['请填写', 'Required'],
  yes: ['是', 'Yes'],
  no: ['否', 'No'],
});

export type Value = string | number | boolean | undefined;

/** A field that people may change. */
export interface EditField {
  name: string;
  label: string;
  required?: boolean;
  /** Nothing entered is no number, not an empty text. */
  numeric?: boolean;
  /** Yes or no. */
  checkbox?: boolean;
  hint?: string;
  /** A line of text when not said. */
  input?: ReactNode;
  /** How a value reads where it is only shown. */
  show?: (value: Value) => ReactNode;
  /** For a list or another value of parts: the form's items below the field's name, and how all of it reads. */
  whole?: { items: ReactNode; show: (value: unknown) => ReactNode };
}

export type Plain = Record<string, Value>;

/** A value as text to compare: a form leaves out what is empty, and has its own order of what is in it. */
function flat(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flat).join()}]`;
  if (typeof value !== 'object' || value === null) return String(value ?? '');
  const parts = Object.entries(value).filter(([, part]) => part !== false && part !== 0 && flat(part) !== '' && flat(part) !== '[]');
  return `{${parts.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, part]) => `${name}:${flat(part)}`).join()}}`;
}

const same = (a: unknown, b: unknown) => flat(a) === flat(b);

/** What is sent for a field; nothing entered is said in the way of its kind. */
function sent(value: unknown, field: EditField | undefined): unknown {
  if (field?.whole) return value ?? [];
  if (typeof value === 'boolean' || value === 0) return value;
  return value || (field?.numeric ? null : '');
}

interface Saving {
  /** The record as it was when the form was filled, with its etag. */
  base: Plain;
  mine: Plain;
  /** Reads the record as it is now, with its etag. */
  reload: () => Promise<Plain>;
  /** Saves these fields over the record that has this etag. */
  save: (values: Plain, changed: string[], etag: string) => Promise<unknown>;
}

interface Asked extends Pick<VersionsProps, 'base' | 'mine' | 'theirs'> {
  resolve: (chosen: Plain) => void;
  reject: (fault: unknown) => void;
}

/** Saves what was changed; when somebody else was faster, both versions are shown and one is chosen for each field. */
export function useVersions(fields: readonly EditField[]) {
  const t = useTexts(words);
  const [asked, setAsked] = useState<Asked | null>(null);
  const changedOf = (values: Plain, from: Plain) => fields.map(field => field.name).filter(name => !same(values[name], from[name]));

  const save = async ({ base, mine, reload, save: send }: Saving): Promise<void> => {
    const changed = changedOf(mine, base);
    if (changed.length === 0) return;
    try {
      await send(mine, changed, String(base.etag ?? ''));
    } catch (fault) {
      if (!(fault instanceof CallFailed) || !fault.isConflict) throw fault;
      const theirs = await reload();
      const chosen = await new Promise<Plain>((resolve, reject) => setAsked({ base, mine, theirs, resolve, reject })).finally(() => setAsked(null));
      const differing = changedOf(chosen, theirs);
      if (differing.length > 0) await send(chosen, differing, String(theirs.etag ?? ''));
    }
  };

  const versions = asked && (
    <Versions
      fields={fields}
      {...asked}
      onChosen={asked.resolve}
      // What is typed stays; saving again asks again.
      onBack={() => asked.reject(new Error(t.changed))}
    />
  );
  return { save, versions };
}

interface EditDialogProps<T extends object> {
  title: string;
  open: boolean;
  onClose: () => void;
  within: string;
  draft: string;
  fields: readonly EditField[];
  record: T;
  /** Reads the record as it is now. */
  reload: () => Promise<T>;
  /** Saves these fields of a record that was read with this etag. */
  save: (changes: Partial<T>, changed: string[], etag: string) => Promise<unknown>;
}

/** Changes a record, of which only what was changed is sent. */
export function EditDialog<T extends object>({ title, open, onClose, within, draft, fields, record, reload, save }: EditDialogProps<T>) {
  const { save: saveKnowing, versions } = useVersions(fields);
  const base = useBase(open, record);
  const pick = (values: Plain, names: string[]) => Object.fromEntries(names.map(name => [name, sent(values[name], fields.find(field => field.name === name))])) as Partial<T>;
  return (
    <>
      <FormDialog<T>
        title={title}
        open={open}
        onClose={onClose}
        within={within}
        draft={draft}
        initial={record}
        submit={entered =>
          saveKnowing({
            base: base.current as Plain,
            mine: entered as Plain,
            reload: async () => (await reload()) as Plain,
            save: (values, changed, etag) => save(pick(values, changed), changed, etag),
          })
        }
      >
        <FormFields fields={fields} />
      </FormDialog>
      {versions}
    </>
  );
}

/** What a form was filled from when it was opened; a reload in the background changes neither it nor what is typed. */
export function useBase<T>(open: boolean, record: T) {
  const base = useRef(record);
  const wasOpen = useRef(false);
  if (open && !wasOpen.current) base.current = record;
  wasOpen.current = open;
  return base;
}

/** The fields one below the other, as a form shows them. */
export function FormFields({ fields }: { fields: readonly EditField[] }) {
  const t = useTexts(words);
  return fields.map(({ name, label, required, input, hint, checkbox, whole }) =>
    whole ? (
      <Fragment key={name}>{whole.items}</Fragment>
    ) : (
      <Form.Item key={name} name={name} label={checkbox ? undefined : label} extra={hint} valuePropName={checkbox ? 'checked' : 'value'} rules={required ? [{ required: true, message: t.required }] : []}>
        {checkbox ? <Checkbox>{label}</Checkbox> : (input ?? <Input />)}
      </Form.Item>
    ),
  );
}

interface VersionsProps {
  fields: readonly EditField[];
  base: Plain;
  mine: Plain;
  theirs: Plain;
  onChosen: (values: Plain) => void;
  onBack: () => void;
}

/** Both versions of a record, field by field, to choose from. */
export function Versions({ fields, base, mine, theirs, onChosen, onBack }: VersionsProps) {
  const t = useTexts(words);
  const differing = fields.filter(({ name }) => !same(mine[name], theirs[name]));
  // What only I changed is mine, what only they changed is theirs; what both changed begins as mine and stands out.
  const [choice, setChoice] = useState<Record<string, 'mine' | 'theirs'>>(() =>
    Object.fromEntries(differing.map(({ name }) => [name, same(mine[name], base[name]) ? 'theirs' : 'mine'])),
  );
  const value = (field: EditField, of: Plain) => {
    const one = of[field.name];
    if (field.whole) return field.whole.show(one);
    return (field.show ? field.show(one) : field.checkbox ? (one ? t.yes : t.no) : (one ?? '')) || '–';
  };
  const chosen = () => ({ ...theirs, ...Object.fromEntries(differing.map(({ name }) => [name, (choice[name] === 'mine' ? mine : theirs)[name]])) });
  return (
    <Modal open title={t.changed} width={720} okText={t.take} cancelText={t.back} onOk={() => onChosen(chosen())} onCancel={onBack} mask={{ closable: false }}>
      <p className="muted">{t.hint}</p>
      <table className="versions">
        <thead>
          <tr>
            <th scope="col">{t.field}</th>
            <th scope="col">{t.mine}</th>
            <th scope="col">{t.theirs}</th>
          </tr>
        </thead>
        <tbody>
          {differing.map(field => (
            <tr key={field.name} className={!same(mine[field.name], base[field.name]) && !same(theirs[field.name], base[field.name]) ? 'differs' : undefined}>
              <th scope="row">{field.label}</th>
              {(['mine', 'theirs'] as const).map(side => (
                <td key={side}>
                  <Radio checked={choice[field.name] === side} onChange={() => setChoice({ ...choice, [field.name]: side })} name={field.name}>
                    {value(field, side === 'mine' ? mine : theirs)}
                  </Radio>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Modal>
  );
}
