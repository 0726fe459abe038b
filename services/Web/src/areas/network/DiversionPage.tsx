import { Button, Form, Input } from 'antd';
import { useRef, useState } from 'react';
import { useParams } from 'react-router';
import { api, ask, askRaw, download, newRequestId, type Schemas } from '../../api/client';
import { queries, useLoad } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { FormDialog } from '../../kit/form';
import { count, idOf, minute, money, number } from '../../kit/formats';
import { PartnerLink } from '../../kit/names';
import { Facts, Page, Panel, Tag } from '../../kit/page';
import { PlainTable } from '../../kit/plain';
import { Shown } from '../../kit/states';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { StateTag, useWord } from '../../kit/words';
import { appealOutcome, diversionSide, diversionState, rulingKind } from '../../words/dealer';
import { DiversionActions } from './DiversionActions';
import { diversionTexts } from './diversionTexts';

type Diversion = Schemas['dealer.Diversion'];
type Ruling = Schemas['dealer.DiversionRuling'];

/** One case: the claim, both sides, the ruling, the appeal. */
export default function DiversionPage() {
  const t = useTexts(diversionTexts);
  const { user } = useCaller();
  const { diversion: id = '' } = useParams();
  const load = useLoad(['diversions', 'one', id], signal => ask(api.GET('/v1/diversions/{diversion}', { params: { path: { diversion: id } }, signal })));
  return (
    <Shown of={load}>
      {one => (
        <Page
          title={`${one.accusedName || one.accusedText || t.unknown} · ${one.city ?? ''}`}
          up={{ to: '/diversions', title: t.cases }}
          about={<StateTag of={diversionState} value={one.state} />}
          actions={<DiversionActions diversion={one} />}
        >
          <div className="packed">
            <Case diversion={one} />
            {one.statement && <Statement of={one.statement} />}
            {one.ruling && <RulingPanel title={t.ruling} ruling={one.ruling} until={one.appealDueTime} />}
            {one.appeal && (
              <Panel title={t.appealed}>
                <Said who={one.appeal.authorName} side={one.appeal.side} at={one.appeal.createTime} text={one.appeal.grounds} />
              </Panel>
            )}
            {one.decision && <Decision of={one.decision} />}
            {one.finalRuling && <RulingPanel title={t.finalRuling} ruling={one.finalRuling} />}
            <Evidence diversion={one} />
            {!user.partner && <Notes diversion={one.name!} />}
          </div>
        </Page>
      )}
    </Shown>
  );
}

function Case({ diversion: one }: { diversion: Diversion }) {
  const t = useTexts(diversionTexts);
  return (
    <Panel title={t.facts}>
      <Facts
        rows={[
          [t.claimant, one.claimant ? <PartnerLink name={one.claimant} /> : t.theCompany],
          [t.accused, one.accused ? <PartnerLink name={one.accused} /> : one.accusedText || t.unknown],
          [t.city, one.city],
          [t.foundDate, one.foundDate],
          [t.investigator, one.investigatorName],
          [t.since, minute(one.createTime)],
          [t.description, one.description, 'wide'],
          [t.findings, one.findings, 'wide'],
          ...(one.withdrawReason || one.reopenReason ? ([[t.reason, one.withdrawReason || one.reopenReason, 'wide']] as const) : []),
        ]}
      />
      <PlainTable<Schemas['dealer.DiversionGoods']>
        label={t.goods}
        rows={one.goods}
        rowKey={(_, index) => String(index)}
        columns={[
          { key: 'product', title: t.product, heads: true, render: row => row.product },
          { key: 'batch', title: t.batch, render: row => row.batch || '–' },
          { key: 'quantity', title: t.quantity, align: 'right', render: row => count(row.quantity) },
          { key: 'serials', title: t.serials, render: row => row.serials?.join('、') || '–' },
        ]}
      />
    </Panel>
  );
}

function Statement({ of }: { of: Schemas['dealer.DiversionStatement'] }) {
  const t = useTexts(diversionTexts);
  return (
    <Panel title={t.statement} more={of.expired ? <Tag tone="bad">{t.expired}</Tag> : of.text ? null : <span className="num">{`${t.statementDue} ${of.dueDate ?? ''}`}</span>}>
      <Said who={of.authorName} at={of.createTime} text={of.text} />
    </Panel>
  );
}

function RulingPanel({ title, ruling, until }: { title: string; ruling: Ruling; until?: string | undefined }) {
  const t = useTexts(diversionTexts);
  const say = useWord();
  return (
    <Panel title={title} more={until && <span className="num">{`${t.appealDue} ${minute(until)}`}</span>}>
      <Facts
        rows={[
          [t.outcome, say(rulingKind, ruling.kind)],
          ...(number(ruling.fineFen) > 0 ? ([[t.fine, money(ruling.fineFen)]] as const) : []),
          ...(ruling.suspendUntil ? ([[t.suspendUntil, ruling.suspendUntil]] as const) : []),
          [t.legalBase, ruling.legalBase],
          [t.reasons, ruling.reasons, 'wide'],
        ]}
      />
    </Panel>
  );
}

function Decision({ of }: { of: Schemas['dealer.DiversionDecision'] }) {
  const t = useTexts(diversionTexts);
  const say = useWord();
  return (
    <Panel title={t.decided}>
      <Facts rows={[[t.outcome, say(appealOutcome, of.outcome)], [t.reasons, of.reasons, 'wide']]} />
    </Panel>
  );
}

function Said({ who, side, at, text }: { who: string | undefined; side?: Schemas['dealer.DiversionSide'] | undefined; at: string | undefined; text: string | undefined }) {
  const t = useTexts(diversionTexts);
  const say = useWord();
  return (
    <>
      <p style={{ whiteSpace: 'pre-wrap' }}>{text || t.none}</p>
      <p className="muted">{[side && say(diversionSide, side), who, at && minute(at)].filter(Boolean).join(' · ')}</p>
    </>
  );
}

const ATTACHABLE: readonly string[] = ['DIVERSION_STATE_CLAIMED', 'DIVERSION_STATE_INVESTIGATING', 'DIVERSION_STATE_APPEALED'];

function Evidence({ diversion }: { diversion: Diversion }) {
  const t = useTexts(diversionTexts);
  const { can } = useCaller();
  const chooser = useRef<HTMLInputElement>(null);
  const id = idOf(diversion.name);
  const key = ['diversions', 'evidence', id];
  const load = useLoad(key, signal => ask(api.GET('/v1/diversions/{diversion}/evidence', { params: { path: { diversion: id }, query: { pageSize: 200 } }, signal })));
  const upload = async (file: File) => {
    try {
      const query = new URLSearchParams({ fileName: file.name, requestId: newRequestId() });
      await askRaw(`/v1/diversions/${id}/evidence?${query}`, { method: 'POST', headers: { 'Content-Type': file.type || 'application/octet-stream' }, body: file });
      void queries.invalidateQueries({ queryKey: key });
    } catch (fault) {
      toast(fault instanceof Error ? fault.message : String(fault));
    }
  };
  return (
    <Panel
      title={t.evidence}
      bare
      more={
        can('dealer.diversions.claim') &&
        ATTACHABLE.includes(diversion.state ?? '') && (
          <>
            <input ref={chooser} type="file" hidden aria-label={t.upload} onChange={event => event.target.files?.[0] && void upload(event.target.files[0])} />
            <Button size="small" onClick={() => chooser.current?.click()}>
              {t.upload}
            </Button>
          </>
        )
      }
    >
      <Shown of={load} lines={2}>
        {({ evidence = [] }) => (
          <ul className="cards">
            {evidence.length === 0 && <li className="muted">{t.none}</li>}
            {evidence.map(file => (
              <li key={file.name}>
                <button type="button" className="link" onClick={() => void download(`/v1/${file.name}:download`, file.fileName ?? 'evidence').catch(fault => toast(String(fault.message)))}>
                  {file.fileName}
                </button>
                <div className="rest">
                  <span>{count(Number(file.sizeBytes) / 1024)} KB</span>
                  <span>{file.authorName}</span>
                  <span>{minute(file.createTime)}</span>
                </div>
              </li>
            ))}
          </ul>
        )}
      </Shown>
    </Panel>
  );
}

function Notes({ diversion }: { diversion: string }) {
  const t = useTexts(diversionTexts);
  const { can } = useCaller();
  const [writing, setWriting] = useState(false);
  const id = idOf(diversion);
  const key = ['diversions', 'notes', id];
  const load = useLoad(key, signal => ask(api.GET('/v1/diversions/{diversion}/notes', { params: { path: { diversion: id }, query: { pageSize: 200 } }, signal })));
  return (
    <Panel title={t.notes} more={can('dealer.diversions.claim') && <Button size="small" onClick={() => setWriting(true)}>{t.addNote}</Button>}>
      <Shown of={load} lines={2}>
        {({ notes = [] }) => (
          <ul className="line-of-time">
            {notes.length === 0 && <li className="muted">{t.none}</li>}
            {[...notes].reverse().map(note => (
              <li key={note.name}>
                <time dateTime={note.createTime}>{minute(note.createTime)}</time>
                <span className="muted">{note.authorName}</span>
                <div style={{ whiteSpace: 'pre-wrap' }}>{note.text}</div>
              </li>
            ))}
          </ul>
        )}
      </Shown>
      <FormDialog<{ text: string }>
        title={t.notes}
        open={writing}
        onClose={() => setWriting(false)}
        draft={`${diversion}.note`}
        submit={async ({ text }, requestId) => {
          await ask(api.POST('/v1/diversions/{diversion}/notes', { params: { path: { diversion: id } }, body: { text, requestId } }));
          void queries.invalidateQueries({ queryKey: key });
        }}
      >
        <Form.Item name="text" label={t.notes} rules={[{ required: true, message: t.required }]}>
          <Input.TextArea rows={4} maxLength={4000} />
        </Form.Item>
      </FormDialog>
    </Panel>
  );
}
