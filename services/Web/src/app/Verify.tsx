import { Button, Input } from 'antd';
import { useState } from 'react';
import { api, ask } from '../api/client';
import { useLoad } from '../api/queries';
import { Facts } from '../kit/page';
import { Failure, Loading } from '../kit/states';
import { useTexts } from '../kit/texts';
import { StateTag } from '../kit/words';
import { trainingTexts } from '../areas/training/texts';
import { certificateState } from '../words/training';
import { LanguageButton, ThemeButton } from './Choices';

const numberOf = (path: string) => decodeURIComponent(path.replace(/^\/verify\/?/, '').replace(/\/$/, ''));

/** For anybody who was shown a certificate: whether it is genuine. Nobody signs in for it, and the holder's name is masked. */
export default function Verify() {
  const t = useTexts(trainingTexts);
  const [number, setNumber] = useState(() => numberOf(window.location.pathname));
  const [typed, setTyped] = useState(number);
  const load = useLoad(['verify', number], signal => ask(api.GET('/v1/certificateVerifications/{number}', { params: { path: { number } }, signal })), { enabled: number !== '' });
  const check = () => {
    const next = typed.trim();
    window.history.replaceState(null, '', `/verify/${encodeURIComponent(next)}`);
    setNumber(next);
  };
  const { data: found } = load;
  return (
    <main className="sign-in">
      <div className="panel" style={{ width: 'min(460px, 100%)' }}>
        <div className="brand">
          <img src="/favicon.svg" alt="" />
          <h1 style={{ fontSize: 20 }}>{t.verify}</h1>
        </div>
        <form
          style={{ display: 'flex', gap: 8, marginBottom: 16 }}
          onSubmit={event => {
            event.preventDefault();
            check();
          }}
        >
          <Input aria-label={t.verifyHint} placeholder={t.verifyHint} value={typed} onChange={event => setTyped(event.target.value)} />
          <Button type="primary" htmlType="submit">{t.check}</Button>
        </form>
        {number !== '' &&
          (found ? (
            <div role="status">
              <p style={{ marginBottom: 12 }}><StateTag of={certificateState} value={found.state} /></p>
              <Facts rows={[[t.number, found.number], [t.holder, found.maskedHolder], [t.course, found.courseTitle], [t.issueDate, found.issueDate], [t.expiry, found.expiryDate || t.forever]]} />
            </div>
          ) : load.error?.isNotFound ? (
            <p role="status">{t.notThere}</p>
          ) : load.error ? (
            <Failure error={load.error} retry={() => void load.refetch()} />
          ) : (
            <Loading lines={3} />
          ))}
        <div className="choices">
          <LanguageButton />
          <ThemeButton />
          <Button type="text" href="/">{t.toConsole}</Button>
        </div>
      </div>
    </main>
  );
}
