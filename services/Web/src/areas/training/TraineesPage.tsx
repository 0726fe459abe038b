import { Link } from 'react-router';
import { api, ask, type Schemas } from '../../api/client';
import { PartnerPicker } from '../../kit/names';
import { Page } from '../../kit/page';
import { Rows, type Column } from '../../kit/table';
import { useTexts } from '../../kit/texts';
import { useFilters } from '../../kit/url';
import { trainingTexts } from './texts';

type GrowthFile = Schemas['training.GrowthFile'];

/** Everybody who was ever taught. */
export default function TraineesPage() {
  const t = useTexts(trainingTexts);
  const [{ partner }, change] = useFilters('partner');
  const columns: Column<GrowthFile>[] = [
    { key: 'name', title: t.person, width: 140, phone: 'title', sort: row => row.displayName ?? '', render: row => <Link to={`/${row.name}`}>{row.displayName}</Link> },
    { key: 'position', title: t.position, width: 140, sort: row => row.position ?? '', render: row => row.position || '–' },
    { key: 'partner', title: t.partner, sort: row => row.partnerDisplayName ?? '', render: row => row.partnerDisplayName || '–' },
    { key: 'phone', title: t.phone, width: 150, render: row => <span className="num">{row.phone || '–'}</span> },
  ];
  return (
    <Page title={t.growth} fill>
      <Rows<GrowthFile>
        label={t.growth}
        queryKey={['trainees', partner]}
        load={async (page, signal) => {
          const answer = await ask(api.GET('/v1/trainees', { params: { query: { ...page, partner: partner || undefined } }, signal }));
          return { rows: answer.growthFiles ?? [], nextPageToken: answer.nextPageToken };
        }}
        columns={columns}
        rowKey={row => row.name!}
        filters={<PartnerPicker label={t.partner} placeholder={t.partner} style={{ width: 280 }} value={partner} onChange={next => change({ partner: next })} />}
      />
    </Page>
  );
}
