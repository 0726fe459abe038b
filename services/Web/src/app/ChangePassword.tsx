import { Form, Input } from 'antd';
import { api, ask } from '../api/client';
import { queries } from '../api/queries';
import { FormDialog } from '../kit/form';
import { useTexts } from '../kit/texts';
import { toast } from '../kit/toast';
import { frameTexts } from './texts';

interface Entered {
  oldPassword: string;
  newPassword: string;
}

/** Changes the caller's own password; never kept as a draft. */
export default function ChangePassword({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useTexts(frameTexts);
  return (
      <FormDialog<Entered>
        title={t.changePassword}
        open={open}
        onClose={onClose}
        submit={async entered => {
          await ask(api.POST('/v1/users/me:changePassword', { body: entered }));
          await queries.invalidateQueries({ queryKey: ['me'] });
          toast(t.passwordChanged);
        }}
      >
        <Form.Item name="oldPassword" label={t.oldPassword} rules={[{ required: true, message: t.passwordMissing }]}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <Form.Item name="newPassword" label={t.newPassword} extra={t.newPasswordHint} rules={[{ required: true, message: t.passwordMissing }]}>
          <Input.Password autoComplete="new-password" />
        </Form.Item>
      </FormDialog>
  );
}
