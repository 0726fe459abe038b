import { Form, Input } from 'antd';
import type { ReactNode } from 'react';
import { FormDialog } from './form';
import { texts, useTexts } from './texts';

const words = texts({
  reason: ['原因', 'Reason'],
  required: ['请填写', 'Required'],
});

interface ReasonDialogProps {
  title: string;
  open: boolean;
  onClose: () => void;
  /** What is going to happen. */
  about?: ReactNode;
  saveLabel?: string;
  danger?: boolean;
  label?: string;
  optional?: boolean;
  submit: (reason: string, requestId: string) => Promise<unknown>;
}

/** Asks why, before something is done that others will see. */
export function ReasonDialog({ title, open, onClose, about, saveLabel, danger, label, optional, submit }: ReasonDialogProps) {
  const t = useTexts(words);
  return (
    <FormDialog<{ reason: string }>
      title={title}
      open={open}
      onClose={onClose}
      {...(saveLabel === undefined ? {} : { saveLabel })}
      {...(danger === undefined ? {} : { danger })}
      submit={(values, requestId) => submit(values.reason ?? '', requestId)}
    >
      {about && <p className="muted" style={{ marginBottom: 14 }}>{about}</p>}
      <Form.Item name="reason" label={label ?? t.reason} rules={optional ? [] : [{ required: true, message: t.required }]}>
        <Input.TextArea rows={4} maxLength={500} />
      </Form.Item>
    </FormDialog>
  );
}
