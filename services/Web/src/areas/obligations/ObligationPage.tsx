import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { api, ask, type Schemas } from '../../api/client';
import { queries, useLoad } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { FormDialog } from '../../kit/form';
import { idOf, minute } from '../../kit/formats';
import { Facts, Page, Panel } from '../../kit/page';
import { Shown } from '../../kit/states';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { StateTag, useWord } from '../../kit/words';
import { obligationState } from '../../words/reporting';
import { role } from '../../words/roles';
import { obligationTexts } from './texts';

type Obligation = Schemas['reporting.Obligation'];

/** What was done for an obligation, where this console has a screen for it. */
const SHOWN = /^(journals|agreements)\//;

/** One obligation: who owes what by when, what was submitted, what its receiver said. */
export default function ObligationPage() {
  const { obligation: id = '' } = useParams();
  const t = useTexts(obligationTexts);
  const say = useWord();
  const load = useLoad(['obligations', 'one', id], signal => ask(api.GET('/v1/obligations/{obligation}', { params: { path: { obligation: id } }, signal })));
  return (
    <Shown of={load}>
      {one => (
        <Page
          title={one.displayName ?? t.obligations}
          up={{ to: '/obligations', title: t.obligations }}
          about={
            <>
              <StateTag of={obligationState} value={one.state} /> {[one.period, one.staffName || one.organisationName].filter(Boolean).join(' · ')}
            </>
          }
          actions={<Actions obligation={one} />}
        >
          <Panel>
            <Facts
              rows={[
                [t.due, one.dueDate],
                [t.organisation, one.organisationName],
                [t.person, one.staffName],
                [t.receivers, one.receivers?.map(name => say(role, name)).join('、')],
                [t.submitted, minute(one.submitTime)],
                [t.submitter, one.submitter],
                [t.artefact, one.artefact?.name && SHOWN.test(one.artefact.name) ? <Link to={`/${one.artefact.name}`}>{t.open}</Link> : ''],
                [t.note, one.note || (one.automatic ? t.automatic : ''), 'wide'],
                [t.reviewer, one.reviewer],
                [t.reviewNote, one.reviewNote, 'wide'],
                ...(one.waiver ? ([[t.waived, `${one.waiver}：${one.waiverReason ?? ''}`, 'wide']] as const) : []),
              ]}
            />
          </Panel>
        </Page>
      )}
    </Shown>
  );
}

const OPEN: readonly string[] = ['OBLIGATION_STATE_SCHEDULED', 'OBLIGATION_STATE_DUE_SOON', 'OBLIGATION_STATE_MISSING', 'OBLIGATION_STATE_RETURNED'];
const SUBMITTED: readonly string[] = ['OBLIGATION_STATE_ON_TIME', 'OBLIGATION_STATE_LATE'];

type Doing = 'submit' | 'accept' | 'giveBack' | 'waive';

function Actions({ obligation }: { obligation: Obligation }) {
  const t = useTexts(obligationTexts);
  const { user, can, has } = useCaller();
  const [doing, setDoing] = useState<Doing | null>(null);
  const state = obligation.state ?? '';
  const isMine = obligation.staff ? obligation.staff === user.staff : obligation.organisation === user.organisation;
  const receives = can('reporting.obligations.review') && has(...(obligation.receivers ?? [])) && obligation.staff !== user.staff;
  const offers: readonly (readonly [Doing, boolean])[] = [
    ['waive', can('reporting.obligations.waive') && OPEN.includes(state) && obligation.staff !== user.staff],
    ['giveBack', receives && SUBMITTED.includes(state)],
    ['accept', receives && SUBMITTED.includes(state)],
    ['submit', can('reporting.obligations.submit') && isMine && OPEN.includes(state) && !obligation.automatic],
  ];

  const act = async ({ text = '' }: { text?: string }, requestId: string) => {
    const params = { path: { obligation: idOf(obligation.name) } };
    const etag = obligation.etag ?? '';
    if (doing === 'submit') await ask(api.POST('/v1/obligations/{obligation}:submit', { params, body: { note: text, etag, requestId } }));
    else if (doing === 'accept') await ask(api.POST('/v1/obligations/{obligation}:accept', { params, body: { note: text, etag, requestId } }));
    else if (doing === 'giveBack') await ask(api.POST('/v1/obligations/{obligation}:return', { params, body: { reason: text, etag, requestId } }));
    else await ask(api.POST('/v1/obligations/{obligation}:waive', { params, body: { reason: text, etag, requestId } }));
    toast(t.done);
    void queries.invalidateQueries({ queryKey: ['obligations'] });
  };

  return (
    <>
      {offers.filter(([, offered]) => offered).map(([what]) => (
        <Button key={what} type={what === 'accept' || what === 'submit' ? 'primary' : 'default'} onClick={() => setDoing(what)}>
          {t[what]}
        </Button>
      ))}
      <FormDialog<{ text?: string }> title={doing === null ? '' : t[doing]} saveLabel={doing === null ? '' : t[doing]} open={doing !== null} onClose={() => setDoing(null)} draft={`${obligation.name}.${doing}`} submit={act}>
        <Form.Item name="text" label={doing === 'submit' ? t.note : doing === 'accept' ? t.reviewNote : t.reason} rules={doing === 'accept' ? [] : [{ required: true, message: t.required }]}>
          <Input.TextArea rows={4} maxLength={doing === 'submit' ? 2000 : 500} />
        </Form.Item>
      </FormDialog>
    </>
  );
}
