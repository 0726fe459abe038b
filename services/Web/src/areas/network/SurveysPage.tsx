import { Button } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { api, ask, download, newRequestId, type Schemas } from '../../api/client';
import { useCaller } from '../../kit/caller';
import { MonthPicker } from '../../kit/date';
import { CityPicker } from '../../kit/divisions';
import { number, today } from '../../kit/formats';
import { OrganisationPicker } from '../../kit/names';
import { Page } from '../../kit/page';
import { Rows, type Column } from '../../kit/table';
import { useTexts } from '../../kit/texts';
import { useFilters } from '../../kit/url';
import { SurveyCell, type SurveyField } from './SurveyCell';
import { SurveyImport } from './SurveyImport';
import { networkTexts } from './texts';

type Survey = Schemas['dealer.Survey'];

/** 附件一 of a month, as a sheet: who may, types into its cells. */
export default function SurveysPage() {
  const t = useTexts(networkTexts);
  const { can } = useCaller();
  const [filters, change] = useFilters('month', 'organisation', 'cityCode');
  const [importing, setImporting] = useState(false);
  const month = filters.month || today().slice(0, 7);
  const editable = can('dealer.surveys.update');

  const cell = (field: SurveyField, title: string, width?: number): Column<Survey> => ({
    key: field,
    title,
    ...(width === undefined ? {} : { width }),
    phone: field === 'contact' || field === 'phone' ? undefined : 'none',
    ...(field === 'annualVolume' ? { align: 'right' as const } : {}),
    sort: row => (field === 'annualVolume' ? number(row.annualVolume) : (row[field] ?? '')),
    render: row => (editable ? <SurveyCell survey={row} field={field} label={title} /> : row[field]),
  } as Column<Survey>);

  const columns: Column<Survey>[] = [
    { key: 'region', title: t.region, width: 74, phone: 'none', render: row => row.region },
    { key: 'city', title: t.city, width: 80, phone: 'end', sort: row => row.cityCode ?? '', render: row => row.city },
    { key: 'name', title: t.name, width: 250, phone: 'title', sort: row => row.displayName ?? '', render: row => <Link to={`/${row.partner}`}>{row.displayName}</Link> },
    cell('brands', t.brands, 110),
    cell('annualVolume', t.volume, 90),
    cell('address', t.address),
    cell('contact', t.contact, 96),
    cell('phone', t.phone, 140),
    { key: 'target', title: t.target, width: 84, phone: 'none', render: row => (row.target === undefined ? '–' : row.target ? t.yes : t.no) },
    cell('advantage', t.advantage, 170),
  ];

  const exported = () => {
    const query = new URLSearchParams({ month, requestId: newRequestId(), ...(filters.organisation ? { organisation: filters.organisation } : {}) });
    return download(`/v1/surveys:export?${query}`, `survey-${month}.xlsx`);
  };

  return (
    <Page
      title={t.surveys}
      fill
      actions={
        <>
          {can('dealer.surveys.export') && <Button onClick={() => void exported()}>{t.exportFile}</Button>}
          {can('dealer.surveys.import') && (
            <Button type="primary" onClick={() => setImporting(true)}>
              {t.importFile}
            </Button>
          )}
        </>
      }
    >
      <Rows<Survey>
        label={t.surveys}
        queryKey={['surveys', month, filters]}
        columns={columns}
        rowKey={row => row.name!}
        load={async (page, signal) => {
          const query = { ...page, month, organisation: filters.organisation || undefined, cityCode: filters.cityCode || undefined };
          const answer = await ask(api.GET('/v1/surveys', { params: { query }, signal }));
          return { rows: answer.surveys ?? [], nextPageToken: answer.nextPageToken };
        }}
        filters={
          <>
            <MonthPicker label={t.month} value={month} allowClear={false} disabled={one => one > today().slice(0, 7)} onChange={next => change({ month: next })} />
            <OrganisationPicker label={t.organisation} placeholder={t.organisation} style={{ width: 190 }} value={filters.organisation} onChange={organisation => change({ organisation })} />
            <CityPicker label={t.city} placeholder={t.city} style={{ width: 170 }} value={filters.cityCode} onChange={cityCode => change({ cityCode })} />
          </>
        }
      />
      {importing && <SurveyImport month={month} onClose={() => setImporting(false)} />}
    </Page>
  );
}
