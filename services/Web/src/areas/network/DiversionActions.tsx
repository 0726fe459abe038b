import { Button, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { api, ask, type Schemas } from '../../api/client';
import { queries } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { DayPicker } from '../../kit/date';
import { FormDialog } from '../../kit/form';
import { idOf, today } from '../../kit/formats';
import { PartnerPicker, StaffPicker } from '../../kit/names';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { useChoices } from '../../kit/words';
import { YuanInput } from '../../kit/yuan';
import { appealOutcome, diversionSide, rulingKind } from '../../words/dealer';
import { diversionTexts } from './diversionTexts';

type Diversion = Schemas['dealer.Diversion'];
type Doing = 'identify' | 'investigate' | 'invite' | 'answer' | 'find' | 'rule' | 'appeal' | 'decide' | 'execute' | 'withdraw' | 'reopen';

interface Said {
  accused?: string;
  investigator?: string;
  dueDate?: string;
  text?: string;
  findings?: string;
  ruling?: Schemas['dealer.DiversionRuling'];
  side?: Schemas['dealer.DiversionSide'];
  grounds?: string;
  decision?: Schemas['dealer.DiversionDecision'];
  reason?: string;
}

/** What the caller may do about the case where it stands: the sales management, who investigates, the two sides, headquarters. */
function useOffers(one: Diversion): readonly Doing[] {
  const { user, can } = useCaller();
  const state = one.state ?? '';
  const isEarly = state === 'DIVERSION_STATE_CLAIMED' || state === 'DIVERSION_STATE_INVESTIGATING';
  const isRunning = state === 'DIVERSION_STATE_INVESTIGATING';
  const manages = can('dealer.diversions.handle');
  const investigates = manages || (Boolean(user.staff) && one.investigator === user.staff);
  const awaited = Boolean(one.statement?.dueDate) && !one.statement?.text && !one.statement?.expired;
  const isAccused = Boolean(user.partner) && one.accused === user.partner;
  const isClaimant = user.partner ? one.claimant === user.partner : can('dealer.diversions.claim');
  const offers: readonly (readonly [Doing, boolean])[] = [
    ['withdraw', isEarly && isClaimant],
    ['reopen', can('dealer.diversions.decide') && ['DIVERSION_STATE_FINAL', 'DIVERSION_STATE_EXECUTED', 'DIVERSION_STATE_WITHDRAWN'].includes(state)],
    ['identify', manages && isEarly && !one.accused],
    ['investigate', manages && isEarly],
    ['invite', investigates && isRunning && Boolean(one.accused) && !awaited],
    ['answer', isRunning && awaited && (isAccused || investigates)],
    ['find', investigates && isRunning],
    ['rule', manages && isRunning && Boolean(one.accused) && !awaited],
    ['appeal', state === 'DIVERSION_STATE_RULED' && (manages || isAccused || isClaimant)],
    ['decide', can('dealer.diversions.decide') && state === 'DIVERSION_STATE_APPEALED'],
    ['execute', manages && state === 'DIVERSION_STATE_FINAL'],
  ];
  return offers.filter(([, offered]) => offered).map(([doing]) => doing);
}

const PRIMARY: readonly Doing[] = ['rule', 'decide', 'execute', 'answer'];

export function DiversionActions({ diversion: one }: { diversion: Diversion }) {
  const t = useTexts(diversionTexts);
  const offers = useOffers(one);
  const [doing, setDoing] = useState<Doing | null>(null);
  const params = { path: { diversion: idOf(one.name) } };

  const act = async (said: Said, requestId: string) => {
    const common = { etag: one.etag ?? '', requestId };
    switch (doing) {
      case 'identify':
        return ask(api.POST('/v1/diversions/{diversion}:identify', { params, body: { accused: said.accused ?? '', ...common } }));
      case 'investigate':
        return ask(api.POST('/v1/diversions/{diversion}:investigate', { params, body: { investigator: said.investigator ?? '', ...common } }));
      case 'invite':
        return ask(api.POST('/v1/diversions/{diversion}:inviteStatement', { params, body: { dueDate: said.dueDate ?? '', ...common } }));
      case 'answer':
        return ask(api.POST('/v1/diversions/{diversion}:submitStatement', { params, body: { text: said.text ?? '', ...common } }));
      case 'find':
        return ask(api.POST('/v1/diversions/{diversion}:recordFindings', { params, body: { findings: said.findings ?? '', ...common } }));
      case 'rule':
        return ask(api.POST('/v1/diversions/{diversion}:rule', { params, body: { ruling: said.ruling!, ...common } }));
      case 'appeal':
        return ask(api.POST('/v1/diversions/{diversion}:appeal', { params, body: { side: said.side ?? 'DIVERSION_SIDE_UNSPECIFIED', grounds: said.grounds ?? '', ...common } }));
      case 'decide':
        return ask(api.POST('/v1/diversions/{diversion}:decideAppeal', { params, body: { decision: said.decision!, ...common } }));
      case 'execute':
        return ask(api.POST('/v1/diversions/{diversion}:execute', { params, body: common }));
      case 'withdraw':
        return ask(api.POST('/v1/diversions/{diversion}:withdraw', { params, body: { reason: said.reason ?? '', ...common } }));
      case 'reopen':
        return ask(api.POST('/v1/diversions/{diversion}:reopen', { params, body: { reason: said.reason ?? '', ...common } }));
      default:
        return undefined;
    }
  };

  return (
    <>
      {offers.map(offer => (
        <Button key={offer} type={PRIMARY.includes(offer) ? 'primary' : 'default'} onClick={() => setDoing(offer)}>
          {t[offer]}
        </Button>
      ))}
      <FormDialog<Said>
        title={doing === null ? '' : t[doing]}
        saveLabel={doing === null ? '' : t[doing]}
        open={doing !== null}
        onClose={() => setDoing(null)}
        draft={`${one.name}.${doing}`}
        initial={{ ...(one.investigator ? { investigator: one.investigator } : {}), ...(one.findings ? { findings: one.findings } : {}) }}
        submit={async (said, requestId) => {
          await act(said, requestId);
          toast(t.done);
          void queries.invalidateQueries({ queryKey: ['diversions'] });
        }}
      >
        {doing !== null && <SaidFields doing={doing} />}
      </FormDialog>
    </>
  );
}

function SaidFields({ doing }: { doing: Doing }) {
  const t = useTexts(diversionTexts);
  const choices = useChoices();
  const required = [{ required: true, message: t.required }];
  const area = (name: string | string[], label: string) => (
    <Form.Item name={name} label={label} rules={required}>
      <Input.TextArea rows={4} maxLength={4000} />
    </Form.Item>
  );
  switch (doing) {
    case 'identify':
      return (
        <Form.Item name="accused" label={t.accused} rules={required}>
          <PartnerPicker />
        </Form.Item>
      );
    case 'investigate':
      return (
        <Form.Item name="investigator" label={t.investigator} rules={required}>
          <StaffPicker />
        </Form.Item>
      );
    case 'invite':
      return (
        <Form.Item name="dueDate" label={t.statementDue} rules={required}>
          <DayPicker disabled={date => date < today()} />
        </Form.Item>
      );
    case 'answer':
      return area('text', t.statement);
    case 'find':
      return area('findings', t.findings);
    case 'rule':
      return <RulingFields within={['ruling']} />;
    case 'appeal':
      return (
        <>
          <Form.Item name="side" label={t.side}>
            <Select allowClear options={choices(diversionSide)} />
          </Form.Item>
          {area('grounds', t.grounds)}
        </>
      );
    case 'decide':
      return (
        <>
          <Form.Item name={['decision', 'outcome']} label={t.outcome} rules={required}>
            <Select options={choices(appealOutcome)} />
          </Form.Item>
          {area(['decision', 'reasons'], t.reasons)}
          <Form.Item noStyle shouldUpdate>
            {({ getFieldValue }) => getFieldValue(['decision', 'outcome']) === 'DIVERSION_APPEAL_OUTCOME_CHANGED' && <RulingFields within={['decision', 'ruling']} />}
          </Form.Item>
        </>
      );
    case 'execute':
      return null;
    default:
      return area('reason', t.reason);
  }
}

/** A ruling, with what its kind asks for. */
function RulingFields({ within }: { within: string[] }) {
  const t = useTexts(diversionTexts);
  const choices = useChoices();
  const required = [{ required: true, message: t.required }];
  return (
    <>
      <Form.Item name={[...within, 'kind']} label={t.ruling} rules={required}>
        <Select options={choices(rulingKind)} />
      </Form.Item>
      <Form.Item noStyle shouldUpdate>
        {({ getFieldValue }) => {
          const kind = getFieldValue([...within, 'kind']) as string | undefined;
          if (kind === 'DIVERSION_RULING_KIND_FINE')
            return (
              <Form.Item name={[...within, 'fineFen']} label={t.fine} rules={required}>
                <YuanInput />
              </Form.Item>
            );
          if (kind === 'DIVERSION_RULING_KIND_SUSPENSION')
            return (
              <Form.Item name={[...within, 'suspendUntil']} label={t.suspendUntil} rules={required}>
                <DayPicker disabled={date => date <= today()} />
              </Form.Item>
            );
          return null;
        }}
      </Form.Item>
      <Form.Item name={[...within, 'legalBase']} label={t.legalBase}>
        <Input maxLength={500} />
      </Form.Item>
      <Form.Item name={[...within, 'reasons']} label={t.reasons} rules={required}>
        <Input.TextArea rows={4} maxLength={4000} />
      </Form.Item>
    </>
  );
}
