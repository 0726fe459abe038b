import { Button, Checkbox, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { api, ask, type Schemas } from '../../api/client';
import { queries, useLoad } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { provinces, provinceName } from '../../kit/divisions';
import { EditDialog } from '../../kit/edit';
import { FormDialog } from '../../kit/form';
import { count, idOf } from '../../kit/formats';
import { OrganisationPicker } from '../../kit/names';
import { Page, Panel } from '../../kit/page';
import { PlainTable } from '../../kit/plain';
import { ReasonDialog } from '../../kit/reason';
import { Shown } from '../../kit/states';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { useFilters } from '../../kit/url';
import { StateTag, useChoices, useWord } from '../../kit/words';
import { organisationKind, organisationState } from '../../words/administration';
import { adminTexts } from './texts';

type Organisation = Schemas['dealer.Organisation'];
type Node = Schemas['dealer.OrganisationNode'];
type Doing = 'edit' | 'move' | 'close';

const INDENT = 20;

/** The tree of the company, and who and what belongs to each part of it. */
export default function OrganisationsPage() {
  const t = useTexts(adminTexts);
  const say = useWord();
  const { can } = useCaller();
  const [{ closed }, change] = useFilters('closed');
  const [creating, setCreating] = useState(false);
  const [doing, setDoing] = useState<{ what: Doing; organisation: Organisation } | null>(null);
  const tree = useLoad(['organisations', 'tree', closed], signal => ask(api.GET('/v1/organisations:tree', { params: { query: { showClosed: closed === 'yes' } }, signal })), { keep: true });

  const actions = (organisation: Organisation) => {
    const open = organisation.state !== 'ORGANISATION_STATE_CLOSED';
    const offered: [Doing, string, boolean][] = [
      ['edit', t.edit, open && can('dealer.organisations.update')],
      ['move', t.move, open && organisation.kind !== 'ORGANISATION_KIND_HQ' && can('dealer.organisations.move')],
      ['close', t.close, open && organisation.kind !== 'ORGANISATION_KIND_HQ' && can('dealer.organisations.close')],
    ];
    return (
      <span className="row-actions">
        {offered.map(([what, title, offer]) => offer && <button key={what} type="button" className="link" onClick={() => setDoing({ what, organisation })}>{title}</button>)}
      </span>
    );
  };

  return (
    <Page
      title={t.organisations}
      actions={can('dealer.organisations.create') && <Button type="primary" onClick={() => setCreating(true)}>{t.createOrganisation}</Button>}
    >
      <div className="filters">
        <Checkbox checked={closed === 'yes'} onChange={event => change({ closed: event.target.checked ? 'yes' : '' })}>{t.showClosed}</Checkbox>
      </div>
      <Panel bare>
        <Shown of={tree}>
          {({ nodes }) => (
            <PlainTable<Node>
              label={t.organisations}
              rows={nodes ?? []}
              rowKey={node => node.organisation!.name!}
              columns={[
                { key: 'name', title: t.name, heads: true, render: node => <span style={{ paddingLeft: (node.depth ?? 0) * INDENT }}>{node.organisation!.displayName}</span> },
                { key: 'code', title: t.code, align: 'nowrap', render: node => <code>{idOf(node.organisation!.name)}</code> },
                { key: 'kind', title: t.kind, align: 'nowrap', render: node => say(organisationKind, node.organisation!.kind) },
                { key: 'province', title: t.province, align: 'nowrap', render: node => (node.organisation!.provinceCode ? provinceName(node.organisation!.provinceCode) : '–') },
                { key: 'staff', title: t.staffCount, align: 'right', render: node => count(node.staffCount ?? 0) },
                { key: 'partners', title: t.partnerCount, align: 'right', render: node => count(node.partnerCount ?? 0) },
                { key: 'signed', title: t.signedCount, align: 'right', render: node => count(node.signedCount ?? 0) },
                { key: 'state', title: t.state, render: node => <StateTag of={organisationState} value={node.organisation!.state} /> },
                { key: 'actions', title: <span className="only-read">{t.edit}</span>, render: node => actions(node.organisation!) },
              ]}
            />
          )}
        </Shown>
      </Panel>
      <CreateDialog open={creating} onClose={() => setCreating(false)} />
      {doing && <ChangeDialogs {...doing} onClose={() => setDoing(null)} />}
    </Page>
  );
}

const changed = (text: string) => {
  void queries.invalidateQueries({ queryKey: ['organisations'] });
  toast(text);
};

const provinceOptions = provinces.map(({ code, name }) => ({ value: code, label: name }));

function CreateDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useTexts(adminTexts);
  const choices = useChoices();
  const required = [{ required: true, message: t.required }];
  return (
    <FormDialog<Organisation & { organisationId: string }>
      title={t.createOrganisation}
      open={open}
      onClose={onClose}
      within="organisation"
      draft="organisation.new"
      submit={async ({ organisationId, ...organisation }, requestId) => {
        await ask(api.POST('/v1/organisations', { params: { query: { organisationId, requestId } }, body: organisation }));
        changed(t.saved);
      }}
    >
      <Form.Item name="displayName" label={t.name} rules={required}>
        <Input maxLength={60} />
      </Form.Item>
      <Form.Item name="organisationId" label={t.code} extra={t.codeHint} rules={required}>
        <Input maxLength={20} />
      </Form.Item>
      <Form.Item name="kind" label={t.kind} rules={required}>
        <Select options={choices(organisationKind).filter(one => one.value !== 'ORGANISATION_KIND_HQ')} />
      </Form.Item>
      <Form.Item name="parent" label={t.parent} rules={required}>
        <OrganisationPicker />
      </Form.Item>
      <Form.Item name="provinceCode" label={t.province}>
        <Select allowClear showSearch={{ optionFilterProp: 'label' }} options={provinceOptions} />
      </Form.Item>
    </FormDialog>
  );
}

/** What may be done to an organisation. */
function ChangeDialogs({ what, organisation, onClose }: { what: Doing; organisation: Organisation; onClose: () => void }) {
  const t = useTexts(adminTexts);
  const path = { organisation: idOf(organisation.name) };
  const etag = organisation.etag ?? '';
  if (what === 'close')
    return (
      <ReasonDialog
        open
        danger
        title={t.closeTitle(organisation.displayName)}
        about={t.closeAbout}
        saveLabel={t.close}
        onClose={onClose}
        submit={async (reason, requestId) => {
          await ask(api.POST('/v1/organisations/{organisation}:close', { params: { path }, body: { reason, etag, requestId } }));
          changed(t.saved);
        }}
      />
    );
  if (what === 'move')
    return (
      <FormDialog<{ parent: string; reason: string }>
        open
        title={t.moveTitle(organisation.displayName)}
        onClose={onClose}
        initial={{ parent: organisation.parent }}
        submit={async ({ parent, reason }, requestId) => {
          await ask(api.POST('/v1/organisations/{organisation}:move', { params: { path }, body: { parent, reason, etag, requestId } }));
          changed(t.saved);
        }}
      >
        <p className="muted" style={{ marginBottom: 14 }}>{t.moveAbout}</p>
        <Form.Item name="parent" label={t.parent} rules={[{ required: true, message: t.required }]}>
          <OrganisationPicker />
        </Form.Item>
        <Form.Item name="reason" label={t.reason} rules={[{ required: true, message: t.required }]}>
          <Input.TextArea rows={3} maxLength={500} />
        </Form.Item>
      </FormDialog>
    );
  return (
    <EditDialog<Organisation>
      open
      title={t.editOrganisation}
      onClose={onClose}
      within="organisation"
      draft={organisation.name!}
      record={organisation}
      reload={() => ask(api.GET('/v1/organisations/{organisation}', { params: { path } }))}
      fields={[
        { name: 'displayName', label: t.name, required: true },
        {
          name: 'provinceCode',
          label: t.province,
          input: <Select allowClear showSearch={{ optionFilterProp: 'label' }} options={provinceOptions} />,
          show: value => (value ? provinceName(String(value)) : ''),
        },
      ]}
      save={async (changes, fields, savedEtag) => {
        await ask(api.PATCH('/v1/organisations/{organisation}', { params: { path, query: { updateMask: fields.join(',') } }, body: { ...changes, etag: savedEtag } }));
        changed(t.saved);
      }}
    />
  );
}
