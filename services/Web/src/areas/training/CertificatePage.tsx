import './training.css';
import { Button } from 'antd';
import { useState } from 'react';
import { useParams } from 'react-router';
import { api, ask } from '../../api/client';
import { queries, useLoad } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { Page } from '../../kit/page';
import { ReasonDialog } from '../../kit/reason';
import { Shown } from '../../kit/states';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { StateTag } from '../../kit/words';
import { certificateState } from '../../words/training';
import { trainingTexts } from './texts';

/** The certificate as it is printed, with the address at which anybody may check it. */
export default function CertificatePage() {
  const t = useTexts(trainingTexts);
  const { can } = useCaller();
  const { certificate = '' } = useParams();
  const [revoking, setRevoking] = useState(false);
  const path = { certificate };
  const load = useLoad(['certificates', 'one', certificate], signal => ask(api.GET('/v1/certificates/{certificate}', { params: { path }, signal })));
  const one = load.data;
  return (
    <Page
      title={one?.number ?? t.certificate}
      up={{ to: '/certificates', title: t.certificates }}
      about={one && <StateTag of={certificateState} value={one.state} />}
      actions={
        <>
          {one?.state === 'CERTIFICATE_STATE_VALID' && can('training.certificates.revoke') && <Button onClick={() => setRevoking(true)}>{t.revoke}</Button>}
          <Button type="primary" onClick={() => window.print()}>{t.print}</Button>
        </>
      }
    >
      <Shown of={load}>
        {shown => (
          <article className="diploma">
            <h2>{t.certificate}</h2>
            <p>{t.certifies(shown.holderDisplayName ?? '', shown.courseTitle ?? '')}</p>
            <dl>
              {([[t.number, shown.number], [t.issueDate, shown.issueDate], [t.expiry, shown.expiryDate || t.forever]] as const).map(([label, value]) => (
                <div key={label}>
                  <dt>{label}</dt>
                  <dd className="num">{value}</dd>
                </div>
              ))}
            </dl>
            <small>
              {t.verifyAt} {window.location.origin}/verify/{encodeURIComponent(shown.number ?? '')}
            </small>
          </article>
        )}
      </Shown>
      <ReasonDialog
        open={revoking}
        title={t.revoke}
        danger
        saveLabel={t.revoke}
        onClose={() => setRevoking(false)}
        submit={async (reason, requestId) => {
          await ask(api.POST('/v1/certificates/{certificate}:revoke', { params: { path }, body: { reason, etag: one?.etag ?? '', requestId } }));
          void queries.invalidateQueries({ queryKey: ['certificates'] });
          toast(t.saved);
        }}
      />
    </Page>
  );
}
