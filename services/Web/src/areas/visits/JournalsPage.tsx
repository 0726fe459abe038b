import { Button, Form, Segmented, Select } from 'antd';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { api, ask, type Schemas } from '../../api/client';
import { queries } from '../../api/queries';
import { useCaller } from '../../kit/caller';
import { DayPicker } from '../../kit/date';
import { FormDialog } from '../../kit/form';
import { idOf, minute, today } from '../../kit/formats';
import { StaffPicker } from '../../kit/names';
import { Page } from '../../kit/page';
import { Rows, type Column } from '../../kit/table';
import { useTexts } from '../../kit/texts';
import { useFilters } from '../../kit/url';
import { StateTag, useChoices, useWord, type Enum } from '../../kit/words';
import { journalKind, journalState } from '../../words/reporting';
import { visitTexts } from './texts';

type Journal = Schemas['reporting.Journal'];

/** 附件五: daily, weekly and monthly journals; who reviews them finds what was submitted. */
export default function JournalsPage() {
  const t = useTexts(visitTexts);
  const say = useWord();
  const choices = useChoices();
  const { can } = useCaller();
  const [filters, change] = useFilters('kind', 'state', 'writer');
  const columns: Column<Journal>[] = [
    { key: 'period', title: t.period, width: 130, phone: 'title', render: row => <Link to={`/journals/${idOf(row.name)}`}>{row.period}</Link> },
    { key: 'kind', title: t.kind, width: 130, render: row => say(journalKind, row.kind) },
    { key: 'writer', title: t.writer, width: 120, render: row => row.writerName },
    { key: 'state', title: t.state, width: 100, phone: 'end', render: row => <StateTag of={journalState} value={row.state} /> },
    { key: 'submitted', title: t.submitted, width: 150, render: row => <span className="num">{minute(row.submitTime)}</span> },
    { key: 'comment', title: t.comment, phone: 'none', render: row => row.comment },
  ];
  return (
    <Page title={t.journals} fill actions={can('reporting.journals.write') && <WriteJournal />}>
      <Rows<Journal>
        label={t.journals}
        queryKey={['journals', filters]}
        columns={columns}
        rowKey={row => row.name!}
        load={async (page, signal) => {
          const query = { ...page, kind: (filters.kind || undefined) as Journal['kind'], state: (filters.state || undefined) as Journal['state'], writer: filters.writer || undefined };
          const answer = await ask(api.GET('/v1/journals', { params: { query }, signal }));
          return { rows: answer.journals ?? [], nextPageToken: answer.nextPageToken };
        }}
        filters={
          <>
            <Select aria-label={t.kind} placeholder={t.kind} allowClear style={{ width: 150 }} options={choices(journalKind)} value={filters.kind || null} onChange={kind => change({ kind: kind ?? '' })} />
            <Select aria-label={t.state} placeholder={t.state} allowClear style={{ width: 120 }} options={choices(journalState)} value={filters.state || null} onChange={state => change({ state: state ?? '' })} />
            <StaffPicker label={t.writer} placeholder={t.writer} style={{ width: 140 }} value={filters.writer} onChange={writer => change({ writer })} />
          </>
        }
      />
    </Page>
  );
}

function WriteJournal() {
  const t = useTexts(visitTexts);
  const choices = useChoices();
  const go = useNavigate();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button type="primary" onClick={() => setOpen(true)}>
        {t.write}
      </Button>
      <FormDialog<{ kind: Enum<'reporting.JournalKind'>; day: string }>
        title={t.write}
        saveLabel={t.write}
        open={open}
        onClose={() => setOpen(false)}
        within="journal"
        initial={{ kind: 'JOURNAL_KIND_DAILY', day: today() }}
        submit={async (journal, requestId) => {
          const made = await ask(api.POST('/v1/journals', { params: { query: { requestId } }, body: journal }));
          void queries.invalidateQueries({ queryKey: ['journals'] });
          void go(`/${made.name}`);
        }}
      >
        <Form.Item name="kind" label={t.kind}>
          <Segmented options={choices(journalKind)} />
        </Form.Item>
        <Form.Item name="day" label={t.date} rules={[{ required: true, message: t.required }]}>
          <DayPicker />
        </Form.Item>
      </FormDialog>
    </>
  );
}
