import { Button, Modal } from 'antd';
import { useState } from 'react';
import { api, ask, type Schemas } from '../../api/client';
import { EventTypesPicker, shortType, useEventTypes } from '../../kit/eventTypes';
import { minute } from '../../kit/formats';
import { OrganisationPicker } from '../../kit/names';
import { Facts, Page } from '../../kit/page';
import { Rows, type Column } from '../../kit/table';
import { useTexts } from '../../kit/texts';
import { useFilters } from '../../kit/url';
import { accessTexts } from './accessTexts';

type Event = Schemas['gateway.CloudEvent'];

/** What happened in all services, as other systems read it. */
export default function EventsPage() {
  const t = useTexts(accessTexts);
  const [filters, change] = useFilters('types', 'organisation');
  const [shown, setShown] = useState<Event | null>(null);
  const types = filters.types.split(',').filter(Boolean);
  const columns: Column<Event>[] = [
    { key: 'time', title: t.time, width: 160, phone: 'end', sort: row => row.sequence ?? '', render: row => <span className="num">{minute(row.time)}</span> },
    { key: 'type', title: t.event, width: 290, phone: 'title', render: row => <button type="button" className="link" onClick={() => setShown(row)}><code>{shortType(row.type)}</code></button> },
    { key: 'subject', title: t.subject, width: 260, render: row => <code>{row.subject}</code> },
    { key: 'version', title: t.version, width: 70, align: 'right', phone: 'none', render: row => row.resourceversion ?? '' },
    { key: 'data', title: t.data, phone: 'none', render: row => <code>{JSON.stringify(row.data)}</code> },
  ];
  return (
    <Page title={t.events} about={t.eventsAbout} fill>
      <Rows<Event>
        label={t.events}
        queryKey={['events', filters.types, filters.organisation]}
        load={async ({ pageSize, pageToken }, signal) => {
          const answer = await ask(api.GET('/v1/events', { params: { query: { pageSize, pageToken, types, organisation: filters.organisation || undefined } }, signal }));
          const rows = answer.events ?? [];
          // There is always a token, to ask again later: a page that is not full is the last for now.
          return { rows, nextPageToken: rows.length < pageSize ? undefined : answer.nextPageToken };
        }}
        columns={columns}
        rowKey={row => row.sequence!}
        filters={
          <>
            <EventTypesPicker label={t.types} placeholder={t.types} style={{ width: 'min(360px, 100%)' }} value={types} onChange={next => change({ types: next.join(',') })} />
            <OrganisationPicker label={t.organisation} placeholder={t.organisation} style={{ width: 210 }} value={filters.organisation} onChange={organisation => change({ organisation })} />
          </>
        }
      />
      {shown && <EventDetails event={shown} onClose={() => setShown(null)} />}
    </Page>
  );
}

function EventDetails({ event, onClose }: { event: Event; onClose: () => void }) {
  const t = useTexts(accessTexts);
  const about = useEventTypes().find(one => one.name === event.type)?.about;
  return (
    <Modal open width={720} title={event.type} footer={<Button onClick={onClose}>{t.close}</Button>} onCancel={onClose}>
      {about && <p className="muted" style={{ marginBottom: 12 }}>{about}</p>}
      <Facts rows={[[t.time, <span className="num">{minute(event.time)}</span>], [t.source, <code>{event.source}</code>], [t.subject, <code>{event.subject}</code>], [t.sequence, <span className="num">{event.sequence}</span>], [t.eventId, <code>{event.id}</code>]]} />
      <pre className="json" tabIndex={0} aria-label={t.data}>{JSON.stringify(event.data, null, 2)}</pre>
    </Modal>
  );
}
