import { Alert, Modal } from 'antd';
import { useState, type ReactNode } from 'react';
import { texts, useTexts } from './texts';

const words = texts({ cancel: ['取消', 'Cancel'] });

interface ConfirmProps {
  title: string;
  /** What is going to happen. */
  about?: ReactNode;
  label: string;
  danger?: boolean;
  /** Something else takes its place once it is done, such as what was made. */
  stays?: boolean;
  onClose: () => void;
  run: () => Promise<unknown>;
}

/** Asks before something is done; stays, and says why, when it failed. */
export function Confirm({ title, about, label, danger = false, stays = false, onClose, run }: ConfirmProps) {
  const t = useTexts(words);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState('');
  const go = async () => {
    setBusy(true);
    setFailure('');
    try {
      await run();
      if (!stays) onClose();
    } catch (fault) {
      setFailure(fault instanceof Error ? fault.message : String(fault));
      setBusy(false);
    }
  };
  return (
    <Modal open title={title} okText={label} cancelText={t.cancel} okButtonProps={{ danger }} confirmLoading={busy} onOk={() => void go()} onCancel={onClose}>
      {failure !== '' && <Alert type="error" role="alert" title={failure} style={{ marginBottom: 14 }} />}
      {about}
    </Modal>
  );
}
