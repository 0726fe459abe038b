import { Form, Input } from 'antd';
import { api, ask } from '../api/client';
import { queries } from '../api/queries';
import { useCaller } from '../kit/caller';
import { FormDialog } from '../kit/form';
import { useTexts } from '../kit/texts';
import { toast } from '../kit/toast';
import { frameTexts } from './texts';

interface Entered {
  oldPassword: string;
  newPassword: string;
}

const SHORTEST = 10;
const LONGEST = 200;
const KINDS = 4;

/** Changes the caller's own password; never kept as a draft. */
export default function ChangePassword({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useTexts(frameTexts);
  const required = [{ required: true, message: t.passwordMissing }];
  return (
    <FormDialog<Entered>
      title={t.changePassword}
      open={open}
      onClose={onClose}
      submit={async entered => {
        await ask(api.POST('/v1/users/me:changePassword', { body: entered }));
        await queries.invalidateQueries({ queryKey: ['me'] });
        await queries.invalidateQueries({ queryKey: ['sessions'] });
        toast(t.passwordChanged);
      }}
    >
      <Form.Item name="oldPassword" label={t.oldPassword} rules={required}>
        <Input.Password autoComplete="current-password" />
      </Form.Item>
      <Form.Item name="newPassword" label={t.newPassword} rules={required}>
        <Input.Password autoComplete="new-password" aria-describedby="password-rules" />
      </Form.Item>
      <Form.Item noStyle dependencies={['oldPassword', 'newPassword']}>
        {({ getFieldValue }) => <PasswordRules old={(getFieldValue('oldPassword') as string) ?? ''} password={(getFieldValue('newPassword') as string) ?? ''} />}
      </Form.Item>
    </FormDialog>
  );
}

/** What is asked of a password, and what of it is met already; whether it is a common one only the server knows. */
function PasswordRules({ old, password }: { old: string; password: string }) {
  const t = useTexts(frameTexts);
  const { user } = useCaller();
  const login = user.login.toLowerCase();
  const rules: [string, boolean][] = [
    [t.ruleLength, password.length >= SHORTEST && password.length <= LONGEST],
    [t.ruleLogin, password !== '' && !password.toLowerCase().includes(login)],
    [t.ruleKinds, new Set(password).size >= KINDS],
    [t.ruleOther, password !== '' && password !== old],
  ];
  return (
    <section id="password-rules" className="muted">
      <p>{t.rules}</p>
      <ul>
        {rules.map(([text, met]) => (
          <li key={text} className={met ? 'good' : undefined}>
            <span aria-hidden="true">{met ? '✓' : '○'}</span> {text}
            {met && <span className="only-read"> {t.ruleMet}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}
