import { api, ask, type Schemas } from '../../api/client';
import { useLoad } from '../../api/queries';
import { day, minute } from '../../kit/formats';
import { PartnerLink } from '../../kit/names';
import { Page, Panel } from '../../kit/page';
import { Rows, type Column } from '../../kit/table';
import { useTexts } from '../../kit/texts';
import { StateTag } from '../../kit/words';
import { territoryState } from '../../words/dealer';
import { networkTexts } from './texts';

type Territory = Schemas['dealer.Territory'];

/** Which agent holds which city, and claims that met another's. */
export default function TerritoriesPage() {
  const t = useTexts(networkTexts);
  const conflicts = useLoad(['territory-conflicts'], signal => ask(api.GET('/v1/territoryConflicts', { params: { query: { openOnly: true, pageSize: 100 } }, signal })));
  const columns: Column<Territory>[] = [
    { key: 'city', title: t.city, width: 130, phone: 'title', sort: row => row.cityCode ?? '', render: row => row.city },
    { key: 'state', title: t.state, width: 100, phone: 'end', render: row => <StateTag of={territoryState} value={row.state} /> },
    { key: 'holder', title: t.holder, render: row => <PartnerLink name={row.partner} /> },
    { key: 'since', title: t.since, width: 120, sort: row => row.holdStartTime ?? '', render: row => day(row.holdStartTime ?? row.reserveUntil) },
    { key: 'until', title: t.to, width: 120, phone: 'none', render: row => day(row.holdEndTime) },
  ];
  const open = conflicts.data?.territoryConflicts ?? [];
  return (
    <Page title={t.territories} fill>
      {open.length > 0 && (
        <Panel title={t.conflicts} bare>
          <ul className="cards">
            {open.map(one => (
              <li key={one.name}>
                <div className="line">
                  <PartnerLink name={one.claimant} />
                  <span className="muted">{minute(one.createTime)}</span>
                </div>
                <div className="rest">
                  <span>{one.cityCode}</span>
                  <span>
                    {t.holder} <PartnerLink name={one.holder} />
                  </span>
                </div>
              </li>
            ))}
          </ul>
        </Panel>
      )}
      <Rows<Territory>
        label={t.territories}
        queryKey={['territories']}
        columns={columns}
        rowKey={row => row.name!}
        load={async (page, signal) => {
          const answer = await ask(api.GET('/v1/territories', { params: { query: page }, signal }));
          return { rows: answer.territories ?? [], nextPageToken: answer.nextPageToken };
        }}
      />
    </Page>
  );
}
