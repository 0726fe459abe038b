import { Alert, Button, Drawer, Form, type FormInstance } from 'antd';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { newRequestId } from '../api/client';
import { session } from '../api/session';
import { CallFailed, formPath } from '../api/problem';
import { texts, useTexts } from './texts';

const words = texts({
  save: ['保存', 'Save'],
  cancel: ['取消', 'Cancel'],
  away: ['暂时连接不上服务器，内容已保留，请稍后再提交。', 'Qudao cannot be reached; what you typed is kept. Submit again in a moment.'],
  draft: ['已恢复上次未提交的内容', 'What you had typed before was brought back'],
  discard: ['丢弃', 'Discard'],
});

/** What is being typed, kept for this tab until it is submitted or thrown away: a reload or a restart loses nothing. */
const drafts = {
  read<T>(key: string): T | undefined {
    try {
      return JSON.parse(sessionStorage.getItem(`qudao.draft.${key}`) ?? 'null') ?? undefined;
    } catch {
      return undefined;
    }
  },
  keep: (key: string, values: unknown) => sessionStorage.setItem(`qudao.draft.${key}`, JSON.stringify(values)),
  drop: (key: string) => sessionStorage.removeItem(`qudao.draft.${key}`),
};

type Path = (string | number)[];

/** Puts what the server finds wrong beside the fields; returns what belongs to no field of the form. */
export function showViolations(form: FormInstance, failure: unknown, within: string, fieldOf: (path: Path) => Path | undefined = path => shownField(form, path)): string {
  if (!(failure instanceof CallFailed)) return failure instanceof Error ? failure.message : String(failure);
  const violations = failure.problem?.violations ?? [];
  if (violations.length === 0) return failure.message;
  const rest: string[] = [];
  const byField = new Map<string, { name: Path; errors: string[] }>();
  for (const violation of violations) {
    const name = fieldOf(formPath(violation.field ?? '', within));
    if (name) {
      const key = JSON.stringify(name);
      const one = byField.get(key) ?? { name, errors: [] };
      one.errors.push(violation.message ?? '');
      byField.set(key, one);
    } else rest.push(`${violation.field ?? ''} ${violation.message ?? ''}`.trim());
  }
  form.setFields([...byField.values()]);
  const first = byField.values().next().value;
  if (first) form.scrollToField(first.name, { focus: true });
  return rest.join('；');
}

interface FormDialogProps<T extends object> {
  title: string;
  open: boolean;
  onClose: () => void;
  /** Where the fields stand in the request: "partner" when the server says "partner.phone" of the field "phone". */
  within?: string;
  initial?: Partial<T>;
  /** Keeps what is typed under this name until it is submitted. */
  draft?: string;
  saveLabel?: string;
  danger?: boolean;
  /** The request id is the same for every try of one submission. */
  submit: (values: T, requestId: string) => Promise<unknown>;
  children: ReactNode | ((form: FormInstance<T>) => ReactNode);
}

/** A form beside the page: typed text survives failures, restarts and signing in again; faults stand at their fields. */
export function FormDialog<T extends object>({ title, open, onClose, within = '', initial, draft, saveLabel, danger, submit, children }: FormDialogProps<T>) {
  const t = useTexts(words);
  const [form] = Form.useForm<T>();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState('');
  const [restored, setRestored] = useState(false);
  const requestId = useRef('');

  useEffect(() => {
    if (!open) return;
    requestId.current = newRequestId();
    setFailure('');
    form.resetFields();
    if (initial) form.setFieldsValue(initial as Parameters<typeof form.setFieldsValue>[0]);
    const kept = draft === undefined ? undefined : drafts.read<T>(draft);
    setRestored(kept !== undefined);
    if (kept) form.setFieldsValue(kept as Parameters<typeof form.setFieldsValue>[0]);
    // What is typed while the record is read again stays.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [open, draft]);

  const discard = () => {
    if (draft !== undefined) drafts.drop(draft);
    setRestored(false);
    form.resetFields();
    if (initial) form.setFieldsValue(initial as Parameters<typeof form.setFieldsValue>[0]);
  };

  const close = () => {
    if (draft !== undefined) drafts.drop(draft);
    onClose();
  };

  const finish = async (values: T) => {
    setBusy(true);
    setFailure('');
    try {
      await submit(values, requestId.current);
      close();
    } catch (fault) {
      const failed = fault instanceof CallFailed ? fault : undefined;
      // A refused request is not stored: what is sent after it was mended is another one.
      if (failed && !failed.isUnreachable) requestId.current = newRequestId();
      if (failed?.isUnreachable) setFailure(t.away);
      else if (!failed?.isSignedOut || session.token() === null) setFailure(showViolations(form, fault, within));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Drawer
      title={title}
      open={open}
      onClose={close}
      mask={{ closable: false }}
      size={Math.min(520, window.innerWidth)}
      forceRender={false}
      destroyOnHidden
      footer={
        <div style={{ display: 'flex', gap: 8, justifyContent: 'flex-end' }}>
          <Button onClick={close}>{t.cancel}</Button>
          <Button type="primary" danger={danger ?? false} loading={busy} onClick={() => form.submit()}>
            {saveLabel ?? t.save}
          </Button>
        </div>
      }
    >
      {restored && <Alert type="info" title={t.draft} action={<Button size="small" onClick={discard}>{t.discard}</Button>} style={{ marginBottom: 14 }} />}
      {failure !== '' && <Alert type="error" role="alert" title={failure} style={{ marginBottom: 14 }} />}
      <Form<T>
        form={form}
        layout="vertical"
        validateTrigger="onSubmit"
        scrollToFirstError={{ focus: true }}
        onFinish={values => void finish(values)}
        onValuesChange={(_, all) => {
          if (draft !== undefined) drafts.keep(draft, all);
        }}
      >
        {typeof children === 'function' ? children(form) : children}
        {/* Enter submits, as people expect of a form. */}
        <button type="submit" hidden />
      </Form>
    </Drawer>
  );
}

/** The field of the form in which something lies: itself, or the nearest around it, such as the list of which it is a line. */
function shownField(form: FormInstance, path: Path): Path | undefined {
  const shown = new Set(form.getFieldsError().map(field => JSON.stringify(field.name)));
  for (let length = path.length; length > 0; length--) {
    const part = path.slice(0, length);
    if (shown.has(JSON.stringify(part))) return part;
  }
  return undefined;
}
