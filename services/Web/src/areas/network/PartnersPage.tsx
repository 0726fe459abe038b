import { Input, Select } from 'antd';
import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import { api, ask, type Schemas } from '../../api/client';
import { useCaller } from '../../kit/caller';
import { count, day, idOf, number } from '../../kit/formats';
import { Page } from '../../kit/page';
import { Rows, type Column } from '../../kit/table';
import { useTexts } from '../../kit/texts';
import { useFilters } from '../../kit/url';
import { StateTag, useChoices, useWord } from '../../kit/words';
import { partnerKind, partnerStage } from '../../words/dealer';
import { CreatePartner } from './CreatePartner';
import { networkTexts } from './texts';

type Partner = Schemas['dealer.Partner'];

/** Search waits this long for the next key. */
const PAUSE_MS = 250;

/** All partners, found by Chinese, pinyin or its initials. */
export default function PartnersPage() {
  const t = useTexts(networkTexts);
  const say = useWord();
  const choices = useChoices();
  const { can } = useCaller();
  const [filters, change] = useFilters('query', 'stage', 'kind', 'cityCode');
  const columns: Column<Partner>[] = [
    { key: 'name', title: t.name, phone: 'title', sort: row => row.displayName, render: row => <Link to={`/partners/${idOf(row.name)}`}>{row.displayName}</Link> },
    { key: 'stage', title: t.stage, width: 96, phone: 'end', sort: row => Object.keys(partnerStage).indexOf(row.stage ?? ''), render: row => <StateTag of={partnerStage} value={row.stage} /> },
    { key: 'kind', title: t.kind, width: 104, phone: 'none', sort: row => row.kind, render: row => say(partnerKind, row.kind) },
    { key: 'city', title: t.city, width: 100, sort: row => row.cityCode, render: row => row.city },
    { key: 'contact', title: t.contact, width: 100, render: row => row.contact },
    { key: 'phone', title: t.phone, width: 140, render: row => <span className="num">{row.phone}</span> },
    { key: 'brands', title: t.brands, width: 150, phone: 'none', render: row => row.brands },
    { key: 'volume', title: t.volume, width: 88, align: 'right', phone: 'none', sort: row => number(row.annualVolume), render: row => count(row.annualVolume) },
    { key: 'updated', title: t.updated, width: 108, phone: 'none', sort: row => row.updateTime ?? '', render: row => <span className="num">{day(row.updateTime)}</span> },
  ];
  return (
    <Page title={t.partners} fill actions={can('dealer.partners.create') && <CreatePartner />}>
      <Rows<Partner>
        label={t.partners}
        queryKey={['partners', filters]}
        load={async (page, signal) => {
          const { query, stage, kind, cityCode } = filters;
          const answer = await ask(
            api.GET('/v1/partners', {
              params: { query: { ...page, query: query || undefined, stage: (stage || undefined) as Partner['stage'], kind: (kind || undefined) as Partner['kind'], cityCode: cityCode || undefined } },
              signal,
            }),
          );
          return { rows: answer.partners ?? [], nextPageToken: answer.nextPageToken };
        }}
        columns={columns}
        rowKey={row => row.name!}
        filters={
          <>
            <SearchBox value={filters.query} onSearch={query => change({ query })} label={t.search} />
            <Select aria-label={t.stage} placeholder={t.stage} allowClear style={{ width: 130 }} options={choices(partnerStage)} value={filters.stage || null} onChange={stage => change({ stage: stage ?? '' })} />
            <Select aria-label={t.kind} placeholder={t.kind} allowClear style={{ width: 140 }} options={choices(partnerKind)} value={filters.kind || null} onChange={kind => change({ kind: kind ?? '' })} />
          </>
        }
      />
    </Page>
  );
}

export function SearchBox({ value, onSearch, label }: { value: string; onSearch: (query: string) => void; label: string }) {
  const [typed, setTyped] = useState(value);
  const [composing, setComposing] = useState(false);
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    // While Chinese is being composed, what stands there are letters of it.
    if (composing || typed === value) return;
    const timer = setTimeout(() => onSearch(typed.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [typed, composing]);
  return (
    <Input.Search
      aria-label={label}
      placeholder={label}
      allowClear
      style={{ width: 'min(380px, 100%)' }}
      value={typed}
      onChange={event => setTyped(event.target.value)}
      onSearch={text => onSearch(text.trim())}
      onCompositionStart={() => setComposing(true)}
      onCompositionEnd={event => {
        setComposing(false);
        setTyped(event.currentTarget.value);
      }}
    />
  );
}
