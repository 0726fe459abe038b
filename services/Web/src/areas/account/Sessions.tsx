import { Button } from 'antd';
import { useState } from 'react';
import { api, ask, type Schemas } from '../../api/client';
import { queries } from '../../api/queries';
import { Confirm } from '../../kit/confirm';
import { deviceOf } from '../../kit/device';
import { idOf } from '../../kit/formats';
import { SessionRows, type SessionInfo } from '../../kit/sessions';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { accountTexts } from './texts';

const end = (session: SessionInfo) => ask(api.DELETE('/v1/sessions/{session}', { params: { path: { session: idOf(session.name) } } }));

/** All of the caller's sessions but this one. */
async function others(): Promise<SessionInfo[]> {
  const found: SessionInfo[] = [];
  let pageToken = '';
  do {
    const page: Schemas['gateway.ListSessionsResponse'] = await ask(api.GET('/v1/sessions', { params: { query: { pageSize: 1000, pageToken } } }));
    found.push(...(page.sessions ?? []));
    pageToken = page.nextPageToken ?? '';
  } while (pageToken !== '');
  return found.filter(session => !session.current);
}

/** Where the caller is signed in. */
export function Sessions() {
  const t = useTexts(accountTexts);
  const [ending, setEnding] = useState<SessionInfo | 'others' | null>(null);
  return (
    <>
      <SessionRows
        queryKey={['sessions', 'mine']}
        load={async (page, signal) => {
          const answer = await ask(api.GET('/v1/sessions', { params: { query: page }, signal }));
          return { rows: answer.sessions ?? [], nextPageToken: answer.nextPageToken };
        }}
        actions={row => (row.current ? null : <button type="button" className="link" onClick={() => setEnding(row)}>{t.revoke}</button>)}
        filters={
          <>
            <h2 style={{ fontSize: 14.5 }}>{t.sessions}</h2>
            <Button size="small" onClick={() => setEnding('others')}>{t.revokeOthers}</Button>
          </>
        }
      />
      {ending && (
        <Confirm
          danger
          title={ending === 'others' ? t.revokeOthers : t.revoke}
          about={ending === 'others' ? t.revokeOthersAbout : t.revokeAbout(deviceOf(ending.client))}
          label={ending === 'others' ? t.revokeOthers : t.revoke}
          onClose={() => setEnding(null)}
          run={async () => {
            for (const session of ending === 'others' ? await others() : [ending]) await end(session);
            await queries.invalidateQueries({ queryKey: ['sessions'] });
            toast(t.ended);
          }}
        />
      )}
    </>
  );
}
