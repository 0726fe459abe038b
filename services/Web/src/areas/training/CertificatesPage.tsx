import { Select } from 'antd';
import { Link } from 'react-router';
import { api, ask, type Schemas } from '../../api/client';
import { idOf } from '../../kit/formats';
import { Page } from '../../kit/page';
import { Rows, type Column } from '../../kit/table';
import { useTexts } from '../../kit/texts';
import { useFilters } from '../../kit/url';
import { StateTag, useChoices } from '../../kit/words';
import { certificateState } from '../../words/training';
import { trainingTexts } from './texts';

type Certificate = Schemas['training.Certificate'];

/** Who has passed what, and until when it counts. */
export default function CertificatesPage() {
  const t = useTexts(trainingTexts);
  const choices = useChoices();
  const [{ state }, change] = useFilters('state');
  const columns: Column<Certificate>[] = [
    { key: 'number', title: t.number, width: 190, phone: 'end', sort: row => row.number ?? '', render: row => <Link className="num" to={`/certificates/${idOf(row.name)}`}>{row.number}</Link> },
    { key: 'holder', title: t.holder, width: 130, phone: 'title', sort: row => row.holderDisplayName ?? '', render: row => (row.trainee ? <Link to={`/${row.trainee}`}>{row.holderDisplayName}</Link> : row.holderDisplayName) },
    { key: 'course', title: t.course, sort: row => row.courseTitle ?? '', render: row => row.courseTitle },
    { key: 'issued', title: t.issueDate, width: 120, phone: 'none', sort: row => row.issueDate ?? '', render: row => <span className="num">{row.issueDate}</span> },
    { key: 'expiry', title: t.expiry, width: 120, sort: row => row.expiryDate ?? '', render: row => <span className="num">{row.expiryDate || t.forever}</span> },
    { key: 'state', title: t.state, width: 100, render: row => <StateTag of={certificateState} value={row.state} /> },
  ];
  return (
    <Page title={t.certificates} fill>
      <Rows<Certificate>
        label={t.certificates}
        queryKey={['certificates', state]}
        load={async (page, signal) => {
          const answer = await ask(api.GET('/v1/certificates', { params: { query: { ...page, state: (state || undefined) as Certificate['state'] } }, signal }));
          return { rows: answer.certificates ?? [], nextPageToken: answer.nextPageToken };
        }}
        columns={columns}
        rowKey={row => row.name!}
        filters={<Select aria-label={t.state} placeholder={t.state} allowClear style={{ width: 130 }} options={choices(certificateState)} value={state || null} onChange={next => change({ state: next ?? '' })} />}
      />
    </Page>
  );
}
