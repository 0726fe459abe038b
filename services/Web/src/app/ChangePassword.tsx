import { Form, Input, message } from 'antd';
import { api, ask } from '../api/client';
import { queries } from '../api/queries';
import { FormDialog } from '../kit/form';
import { useTexts } from '../kit/texts';
import { frameTexts } from './texts';

interface Entered {
  oldPassword: string;
  newPassword: string;
}

/** Changes the caller's own password; never kept as a draft. */
export default function ChangePassword({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useTexts(frameTexts);
  const [toast, holder] = message.useMessage();
  return (
    <>
      {holder}
      <FormDialog<Entered>
        title={t.changePassword}
        open={open}
        onClose={onClose}
        submit={async entered => {
          await ask(api.POST('/v1/users/me:changePassword', { body: entered }));
          await queries.invalidateQueries({ queryKey: ['me'] });
          void toast.success(t.passwordChanged);
        }}
      >
        <Form.Item name="oldPassword" label={t.oldPassword} rules={[{ required: true, message: t.passwordMissing }]}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <Form.Item name="newPassword" label={t.newPassword} extra={t.newPasswordHint} rules={[{ required: true, message: t.passwordMissing }]}>
          <Input.Password autoComplete="new-password" />
        </Form.Item>
      </FormDialog>
    </>
  );
}
