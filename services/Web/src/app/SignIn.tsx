import { Alert, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { api, ask } from '../api/client';
import { companySignIn } from '../api/company';
import { CallFailed } from '../api/problem';
import { queries } from '../api/queries';
import { session } from '../api/session';
import { useTexts } from '../kit/texts';
import { LanguageButton } from './Choices';
import { frameTexts } from './texts';

interface Entered {
  login: string;
  password: string;
  code?: string;
}

/** Signs in: before anything is shown, or over a page whose session has ended. Who has a second factor is asked for its code then. */
export default function SignIn({ again }: { again?: boolean }) {
  const t = useTexts(frameTexts);
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);
  const [asksForCode, setAsksForCode] = useState(false);

  const signIn = async ({ login, password, code }: Entered) => {
    setBusy(true);
    setFailure('');
    try {
      const begun = await ask(api.POST('/v1/sessions', { body: { login, password, code: code?.replace(/\s/g, '') ?? '' } }));
      session.begin(begun.token ?? '');
      void queries.invalidateQueries();
    } catch (fault) {
      if (fault instanceof CallFailed && fault.reason === 'SECOND_FACTOR_REQUIRED') setAsksForCode(true);
      else setFailure(fault instanceof Error ? fault.message : String(fault));
    } finally {
      setBusy(false);
    }
  };

  return (
    <main className="sign-in" id="main">
      <section className="panel">
        <h1 className="brand">
          <img src="/favicon.svg" alt="" />
          <span>
            {t.product} <small>{t.slogan}</small>
          </span>
        </h1>
        {again && <Alert type="info" title={t.expired} style={{ marginBottom: 16 }} />}
        {failure !== '' && <Alert type="error" role="alert" title={failure} style={{ marginBottom: 16 }} />}
        <Form<Entered> layout="vertical" requiredMark={false} onFinish={signIn} validateTrigger="onSubmit">
          <Form.Item name="login" label={t.login} rules={[{ required: true, message: t.loginMissing }]}>
            <Input autoComplete="username" autoFocus autoCapitalize="none" spellCheck={false} />
          </Form.Item>
          <Form.Item name="password" label={t.password} rules={[{ required: true, message: t.passwordMissing }]}>
            <Input.Password autoComplete="current-password" />
          </Form.Item>
          {asksForCode && (
            <Form.Item name="code" label={t.code} extra={t.codeHint} rules={[{ required: true, message: t.codeMissing }]}>
              <Input autoComplete="one-time-code" autoFocus autoCapitalize="none" spellCheck={false} maxLength={20} />
            </Form.Item>
          )}
          <Button type="primary" htmlType="submit" block loading={busy}>
            {t.signIn}
          </Button>
        </Form>
        {companySignIn.isOffered && (
          <Button block style={{ marginTop: 10 }} onClick={() => companySignIn.begin()}>
            {t.companySignIn}
          </Button>
        )}
        <div className="choices">
          <LanguageButton />
          {again && (
            <Button type="text" onClick={() => session.end()}>
              {t.otherPerson}
            </Button>
          )}
        </div>
      </section>
    </main>
  );
}
