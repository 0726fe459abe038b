import { useState } from 'react';
import { Link } from 'react-router';
import { api, ask, type Schemas } from '../../api/client';
import { useLoad } from '../../api/queries';
import { provinceName, provinceOf } from '../../kit/divisions';
import { count, number } from '../../kit/formats';
import { Page, Panel } from '../../kit/page';
import { Shown, State } from '../../kit/states';
import { useTexts } from '../../kit/texts';
import { useWord } from '../../kit/words';
import { partnerStage, stageOf } from '../../words/dealer';
import { networkTexts } from './texts';
import { ProvinceMap } from './ProvinceMap';

type Cell = Schemas['reporting.Funnel.Cell'];

/** How far on the way a stage is; what left the way is beside it. */
const WAY = ['surveyed', 'target', 'negotiating', 'signed', 'trained', 'operating'];
const WORKING = new Set(['signed', 'trained', 'operating']);

/** The network at a glance: how many stand where, on the way and on the map. */
export default function OverviewPage() {
  const t = useTexts(networkTexts);
  const [province, setProvince] = useState('');
  const load = useLoad(['funnel'], signal => ask(api.GET('/v1/dashboards/funnel', { signal })), { refetchInterval: 60_000 });
  return (
    <Page title={t.overview}>
      <Shown of={load} lines={8}>
        {funnel => (
          <div className="grid">
            <Panel title={t.funnel} more={<span className="muted">{t.funnelHint}</span>}>
              <Way stages={funnel.stages ?? []} />
            </Panel>
            <Panel
              title={province === '' ? t.map : provinceName(province)}
              more={
                province === '' ? (
                  <span className="muted">{t.mapHint}</span>
                ) : (
                  <button type="button" className="link" onClick={() => setProvince('')}>
                    {t.wholeCountry}
                  </button>
                )
              }
            >
              <ProvinceMap counts={countsByProvince(funnel.cells ?? [])} chosen={province} onChoose={setProvince} />
              <Cities cells={(funnel.cells ?? []).filter(cell => province === '' || provinceOf(cell.cityCode) === province)} />
            </Panel>
          </div>
        )}
      </Shown>
    </Page>
  );
}

const countsByProvince = (cells: readonly Cell[]) => {
  const counts = new Map<string, number>();
  for (const cell of cells) counts.set(provinceOf(cell.cityCode), (counts.get(provinceOf(cell.cityCode)) ?? 0) + number(cell.count));
  return counts;
};

/** The way from surveyed to operating as bars; the lighter part is who has been there. */
function Way({ stages }: { stages: readonly Schemas['reporting.Funnel.Stage'][] }) {
  const say = useWord();
  const most = Math.max(1, ...stages.map(stage => number(stage.reached)));
  return (
    <ul className="way">
      {stages.map(({ stage = '', count: now, reached }) => (
        <li key={stage}>
          <Link to={`/partners?stage=${stageOf(stage)}`}>{say(partnerStage, stageOf(stage))}</Link>
          <span className="bar" aria-hidden="true">
            {WAY.includes(stage) && <i className="reached" style={{ width: `${(100 * number(reached)) / most}%` }} />}
            <i style={{ width: `${(100 * number(now)) / most}%` }} />
          </span>
          <span className="num">
            {count(now)} <span className="muted">/ {count(reached)}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}

function Cities({ cells }: { cells: readonly Cell[] }) {
  const t = useTexts(networkTexts);
  const byCity = new Map<string, { name: string; total: number; working: number }>();
  for (const cell of cells) {
    const one = byCity.get(cell.cityCode ?? '') ?? { name: cell.city ?? '', total: 0, working: 0 };
    one.total += number(cell.count);
    if (WORKING.has(cell.stage ?? '')) one.working += number(cell.count);
    byCity.set(cell.cityCode ?? '', one);
  }
  const cities = [...byCity].sort(([, a], [, b]) => b.total - a.total);
  if (cities.length === 0) return <State title={t.none} />;
  return (
    <div style={{ maxHeight: 320, overflow: 'auto' }} tabIndex={0} role="region" aria-label={t.cities}>
      <table className="versions">
        <thead>
          <tr>
            <th scope="col">{t.city}</th>
            <th scope="col">{t.total}</th>
            <th scope="col">{t.working}</th>
          </tr>
        </thead>
        <tbody>
          {cities.map(([code, city]) => (
            <tr key={code}>
              <td>
                <Link to={`/partners?cityCode=${code}`}>{city.name}</Link>
              </td>
              <td className="num">{count(city.total)}</td>
              <td className="num">{count(city.working)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
