import { Alert, Button, Modal } from 'antd';
import type { ReactNode } from 'react';
import { texts, useTexts } from './texts';
import { toast } from './toast';

const words = texts({
  once: ['只显示这一次，请立即妥善保存。', 'Shown this once. Keep it safe now.'],
  copy: ['复制', 'Copy'],
  copied: ['已复制', 'Copied'],
  noCopy: ['浏览器不允许复制，请手动选取', 'The browser does not let it be copied; select it by hand'],
  done: ['我已保存', 'I have kept it'],
});

/** Copies a text, and says so. */
export function CopyButton({ text, label }: { text: string; label?: string }) {
  const t = useTexts(words);
  // Without https there is no clipboard.
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      toast(t.copied);
    } catch {
      toast(t.noCopy);
    }
  };
  return (
    <Button size="small" aria-label={label && `${t.copy} ${label}`} onClick={() => void copy()}>
      {t.copy}
    </Button>
  );
}

interface SecretOnceProps {
  title: string;
  /** What is shown, by what it is called. */
  rows: readonly (readonly [label: string, value: string])[];
  about?: ReactNode;
  onClose: () => void;
}

/** What nobody will see again; only its own button closes it. */
export function SecretOnce({ title, rows, about, onClose }: SecretOnceProps) {
  const t = useTexts(words);
  return (
    <Modal open title={title} closable={false} keyboard={false} mask={{ closable: false }} footer={<Button type="primary" onClick={onClose}>{t.done}</Button>}>
      <Alert type="warning" title={t.once} style={{ marginBottom: 14 }} />
      <dl className="secrets">
        {rows.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              <code>{value}</code> <CopyButton text={value} label={label} />
            </dd>
          </div>
        ))}
      </dl>
      {about}
    </Modal>
  );
}
