import { Button, Form, Input, QRCode } from 'antd';
import { useState } from 'react';
import { api, ask, type Schemas } from '../../api/client';
import { queries } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { FormDialog } from '../../kit/form';
import { Panel, Tag } from '../../kit/page';
import { CopyButton, SecretOnce } from '../../kit/secret';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { accountTexts } from './texts';

type Enrolment = Schemas['gateway.SecondFactorEnrolment'];

const seen = () => queries.invalidateQueries({ queryKey: ['me'] });
const digits = (code: string) => code.replace(/\s/g, '');

/** The second factor of who is signed in: password, then the app, then the recovery codes. */
export function SecondFactor() {
  const t = useTexts(accountTexts);
  const { user } = useCaller();
  const [asking, setAsking] = useState<'on' | 'off' | null>(null);
  const [enrolment, setEnrolment] = useState<Enrolment | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  const on = user.secondFactor ?? false;
  return (
    <Panel title={t.factor} more={<Tag tone={on ? 'good' : 'plain'}>{on ? t.on : t.off}</Tag>}>
      <p className="muted" style={{ marginBottom: 12 }}>{t.factorAbout}</p>
      {on ? <Button onClick={() => setAsking('off')}>{t.disable}</Button> : <Button type="primary" onClick={() => setAsking('on')}>{t.enable}</Button>}
      {asking === 'on' && (
        <FormDialog<{ password: string }>
          open
          title={t.enable}
          saveLabel={t.next}
          onClose={() => setAsking(null)}
          submit={async body => setEnrolment(await ask(api.POST('/v1/users/me:enrolSecondFactor', { body })))}
        >
          <PasswordItem />
        </FormDialog>
      )}
      {enrolment && (
        <FormDialog<{ code: string }>
          open
          title={t.enable}
          saveLabel={t.check}
          onClose={() => setEnrolment(null)}
          submit={async ({ code }) => setCodes((await ask(api.POST('/v1/users/me:confirmSecondFactor', { body: { code: digits(code) } }))).recoveryCodes ?? [])}
        >
          <Scan enrolment={enrolment} />
          <CodeItem />
        </FormDialog>
      )}
      {codes && (
        <SecretOnce
          title={t.recovery}
          rows={[[t.recovery, codes.join('  ')]]}
          about={<p className="muted">{t.recoveryAbout}</p>}
          onClose={() => {
            setCodes(null);
            void seen();
            void queries.invalidateQueries({ queryKey: ['sessions'] });
            toast(t.enabled);
          }}
        />
      )}
      {asking === 'off' && (
        <FormDialog<{ password: string; code: string }>
          open
          danger
          title={t.disable}
          saveLabel={t.disable}
          onClose={() => setAsking(null)}
          submit={async ({ password, code }) => {
            await ask(api.POST('/v1/users/me:removeSecondFactor', { body: { password, code: digits(code) } }));
            await seen();
            toast(t.disabled);
          }}
        >
          <PasswordItem />
          <CodeItem hint={t.codeHint} />
        </FormDialog>
      )}
    </Panel>
  );
}

/** What the app reads, drawn here: nobody else may ever see it. */
function Scan({ enrolment }: { enrolment: Enrolment }) {
  const t = useTexts(accountTexts);
  return (
    <>
      <p className="muted" style={{ marginBottom: 14 }}>{t.scan}</p>
      {/* Black on white in the dark too, as cameras want it. */}
      <div role="img" aria-label={t.qr} style={{ display: 'grid', placeItems: 'center', marginBottom: 14 }}>
        <div aria-hidden="true">
          <QRCode type="svg" value={enrolment.otpauthUri ?? ''} size={208} color="#000000" bgColor="#ffffff" />
        </div>
      </div>
      <p style={{ marginBottom: 14 }}>
        {t.secret} <code className="secret-text">{enrolment.secret}</code> <CopyButton text={enrolment.secret ?? ''} label={t.secret} />
      </p>
    </>
  );
}

function PasswordItem() {
  const t = useTexts(accountTexts);
  return (
    <Form.Item name="password" label={t.confirmPassword} rules={[{ required: true, message: t.required }]}>
      <Input.Password autoComplete="current-password" autoFocus />
    </Form.Item>
  );
}

function CodeItem({ hint }: { hint?: string }) {
  const t = useTexts(accountTexts);
  return (
    <Form.Item name="code" label={t.code} extra={hint} rules={[{ required: true, message: t.required }]}>
      <Input autoComplete="one-time-code" inputMode={hint ? 'text' : 'numeric'} maxLength={20} style={{ width: 200 }} />
    </Form.Item>
  );
}
