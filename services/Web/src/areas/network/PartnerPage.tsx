import { Button, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { api, ask, type Schemas } from '../../api/client';
import { queries, useLoad } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { EditDialog } from '../../kit/edit';
import { FormDialog } from '../../kit/form';
import { StaffPicker, useStaff } from '../../kit/names';
import { Page } from '../../kit/page';
import { Shown } from '../../kit/states';
import { Tabs } from '../../kit/tabs';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { StateTag, useWord, type Enum } from '../../kit/words';
import { partnerKind, partnerStage } from '../../words/dealer';
import { AgreementsTab, FileTab, SalesTab, TicketsTab, TimelineTab, TrainingsTab, VisitsTab } from './PartnerTabs';
import { usePartnerFields } from './partnerFields';
import { networkTexts } from './texts';

type Partner = Schemas['dealer.Partner'];
type Stage = Enum<'dealer.PartnerStage'>;

/** Where a person may move a partner from where it stands; signed and trained come by themselves. */
const MOVES: Partial<Record<Stage, readonly Stage[]>> = {
  PARTNER_STAGE_SURVEYED: ['PARTNER_STAGE_TARGET', 'PARTNER_STAGE_LOST'],
  PARTNER_STAGE_TARGET: ['PARTNER_STAGE_NEGOTIATING', 'PARTNER_STAGE_LOST'],
  PARTNER_STAGE_NEGOTIATING: ['PARTNER_STAGE_LOST'],
  PARTNER_STAGE_SIGNED: ['PARTNER_STAGE_SUSPENDED', 'PARTNER_STAGE_TERMINATED'],
  PARTNER_STAGE_TRAINED: ['PARTNER_STAGE_OPERATING', 'PARTNER_STAGE_SUSPENDED', 'PARTNER_STAGE_TERMINATED'],
  PARTNER_STAGE_OPERATING: ['PARTNER_STAGE_SUSPENDED', 'PARTNER_STAGE_TERMINATED'],
  PARTNER_STAGE_SUSPENDED: ['PARTNER_STAGE_OPERATING', 'PARTNER_STAGE_TERMINATED'],
  PARTNER_STAGE_LOST: ['PARTNER_STAGE_TARGET'],
};

/** Stages that ask for more than a salesperson's permission. */
const GUARDED: Partial<Record<Stage, string>> = {
  PARTNER_STAGE_SUSPENDED: 'dealer.partners.suspend',
  PARTNER_STAGE_TERMINATED: 'dealer.partners.terminate',
};

const readPartner = (partner: string, signal?: AbortSignal) => ask(api.GET('/v1/partners/{partner}', { params: { path: { partner } }, ...(signal ? { signal } : {}) }));

/** One partner: what is known of it and all that happened with it. */
export default function PartnerPage() {
  const { partner: id = '', tab = 'file' } = useParams();
  const t = useTexts(networkTexts);
  const load = useLoad(['partners', 'one', `partners/${id}`], signal => readPartner(id, signal));
  return (
    <Shown of={load}>
      {partner => (
        <Page
          title={partner.displayName}
          up={{ to: '/partners', title: t.partners }}
          about={<About partner={partner} />}
          actions={<Actions partner={partner} />}
          fill={tab !== 'file' && tab !== 'timeline'}
        >
          <PartnerTabs id={id} />
          <Content partner={partner} tab={tab} />
        </Page>
      )}
    </Shown>
  );
}

function About({ partner }: { partner: Partner }) {
  const say = useWord();
  const staff = useStaff();
  return (
    <>
      <StateTag of={partnerStage} value={partner.stage} /> {[say(partnerKind, partner.kind), partner.city, staff.nameOf(partner.assignee)].filter(Boolean).join(' · ')}
    </>
  );
}

function PartnerTabs({ id }: { id: string }) {
  const t = useTexts(networkTexts);
  const { can } = useCaller();
  const all = [
    { tab: 'file', title: t.file, permission: 'dealer.partners.read' },
    { tab: 'timeline', title: t.timeline, permission: 'dealer.partners.read' },
    { tab: 'visits', title: t.visits, permission: 'dealer.visits.read' },
    { tab: 'agreements', title: t.agreements, permission: 'contract.agreements.read' },
    { tab: 'trainings', title: t.trainings, permission: 'training.requests.read' },
    { tab: 'tickets', title: t.tickets, permission: 'serviceticket.tickets.read' },
    { tab: 'sales', title: t.sales, permission: 'reporting.sales.read' },
  ];
  return (
    <Tabs
      label={t.tabs}
      tabs={all.filter(one => can(one.permission)).map(one => ({ to: one.tab === 'file' ? `/partners/${id}` : `/partners/${id}/${one.tab}`, title: one.title, end: one.tab === 'file' }))}
    />
  );
}

function Content({ partner, tab }: { partner: Partner; tab: string }) {
  switch (tab) {
    case 'timeline':
      return <TimelineTab partner={partner.name!} />;
    case 'visits':
      return <VisitsTab partner={partner.name!} />;
    case 'agreements':
      return <AgreementsTab partner={partner.name!} />;
    case 'trainings':
      return <TrainingsTab partner={partner.name!} />;
    case 'tickets':
      return <TicketsTab partner={partner.name!} />;
    case 'sales':
      return <SalesTab partner={partner.name!} />;
    default:
      return <FileTab partner={partner} />;
  }
}

function Actions({ partner }: { partner: Partner }) {
  const t = useTexts(networkTexts);
  const { can } = useCaller();
  const fields = usePartnerFields();
  const [doing, setDoing] = useState<'edit' | 'advance' | 'assign' | null>(null);
  const id = partner.name!.split('/')[1]!;
  const path = { partner: id };
  const done = () => {
    toast(t.saved);
    void queries.invalidateQueries({ queryKey: ['partners'] });
  };
  const targets = (MOVES[partner.stage ?? 'PARTNER_STAGE_UNSPECIFIED'] ?? []).filter(stage => can(GUARDED[stage] ?? 'dealer.partners.stage'));
  if (partner.mergedInto) return <Link to={`/${partner.mergedInto}`}>→ {partner.mergedInto}</Link>;
  return (
    <>
      {can('dealer.partners.assign') && <Button onClick={() => setDoing('assign')}>{t.assign}</Button>}
      {targets.length > 0 && <Button onClick={() => setDoing('advance')}>{t.advance}</Button>}
      {can('dealer.partners.update') && (
        <Button type="primary" onClick={() => setDoing('edit')}>
          {t.edit}
        </Button>
      )}
      <EditDialog<Partner>
        title={t.edit}
        open={doing === 'edit'}
        onClose={() => setDoing(null)}
        within="partner"
        draft={partner.name!}
        fields={fields}
        record={partner}
        reload={() => readPartner(id)}
        save={async (changes, changed, etag) => {
          await ask(api.PATCH('/v1/partners/{partner}', { params: { path, query: { updateMask: changed.join(',') } }, body: { ...changes, etag } }));
          done();
        }}
      />
      <AdvanceDialog
        open={doing === 'advance'}
        onClose={() => setDoing(null)}
        targets={targets}
        submit={async (values, requestId) => {
          await ask(api.POST('/v1/partners/{partner}:advance', { params: { path }, body: { stage: values.stage, reason: values.reason ?? '', evidence: lines(values.evidence), etag: partner.etag ?? '', requestId } }));
          done();
        }}
      />
      <FormDialog<{ assignee?: string }>
        title={t.assign}
        open={doing === 'assign'}
        onClose={() => setDoing(null)}
        initial={{ assignee: partner.assignee ?? '' }}
        submit={async (values, requestId) => {
          await ask(api.POST('/v1/partners/{partner}:assign', { params: { path }, body: { assignee: values.assignee ?? '', requestId } }));
          done();
        }}
      >
        <Form.Item name="assignee" label={t.assignee}>
          <StaffPicker roles={['salesperson']} placeholder={t.nobody} />
        </Form.Item>
      </FormDialog>
    </>
  );
}

const lines = (text: string | undefined) => (text ?? '').split('\n').map(line => line.trim()).filter(line => line !== '');

interface Advance {
  stage: Stage;
  reason?: string;
  evidence?: string;
}

function AdvanceDialog({ open, onClose, targets, submit }: { open: boolean; onClose: () => void; targets: readonly Stage[]; submit: (values: Advance, requestId: string) => Promise<void> }) {
  const t = useTexts(networkTexts);
  const say = useWord();
  const needsReason = (stage: Stage) => ['PARTNER_STAGE_LOST', 'PARTNER_STAGE_SUSPENDED', 'PARTNER_STAGE_TERMINATED'].includes(stage);
  return (
    <FormDialog<Advance> title={t.advance} open={open} onClose={onClose} {...(targets[0] ? { initial: { stage: targets[0] } } : {})} submit={submit}>
      <Form.Item name="stage" label={t.stage} rules={[{ required: true, message: t.required }]}>
        <Select options={targets.map(stage => ({ value: stage, label: say(partnerStage, stage) }))} />
      </Form.Item>
      <Form.Item noStyle shouldUpdate>
        {form => (
          <Form.Item name="reason" label={t.reason} rules={[{ required: needsReason(form.getFieldValue('stage')), message: t.required }]}>
            <Input.TextArea rows={3} maxLength={500} />
          </Form.Item>
        )}
      </Form.Item>
      <Form.Item noStyle shouldUpdate>
        {form =>
          GUARDED[form.getFieldValue('stage') as Stage] && (
            <Form.Item name="evidence" label={t.evidence} extra={t.evidenceHint}>
              <Input.TextArea rows={3} />
            </Form.Item>
          )
        }
      </Form.Item>
    </FormDialog>
  );
}
