import { provinceName } from '../../kit/divisions';
import { count } from '../../kit/formats';

/**
 * China as a square for each province, about where it lies: every province is as easy to hit and to read as any other, and no
 * borders are drawn that would have to be right.
 */
const GRID: readonly (readonly string[])[] = [
  ['', '', '', '', '', '', '', '23'],
  ['65', '', '', '15', '', '', '', '22'],
  ['', '63', '62', '64', '14', '11', '12', '21'],
  ['54', '', '61', '', '41', '13', '37', ''],
  ['', '51', '50', '42', '34', '32', '31', ''],
  ['', '', '52', '43', '36', '33', '', ''],
  ['', '53', '45', '44', '81', '35', '71', ''],
  ['', '', '', '46', '82', '', '', ''],
];

interface Props {
  counts: ReadonlyMap<string, number>;
  chosen: string;
  onChoose: (province: string) => void;
}

export function ProvinceMap({ counts, chosen, onChoose }: Props) {
  const most = Math.max(1, ...counts.values());
  return (
    <div className="map">
      {GRID.flatMap((line, y) =>
        line.map((code, x) =>
          code === '' ? null : (
            <button
              type="button"
              key={code}
              style={{ gridColumn: x + 1, gridRow: y + 1 }}
              data-depth={depth(counts.get(code) ?? 0, most)}
              aria-pressed={chosen === code}
              onClick={() => onChoose(chosen === code ? '' : code)}
            >
              <span>{provinceName(code)}</span>
              <b>{counts.has(code) ? count(counts.get(code)) : ''}</b>
            </button>
          ),
        ),
      )}
    </div>
  );
}

/** Five depths: the eye tells no more apart. */
const depth = (value: number, most: number) => (value === 0 ? 0 : Math.max(1, Math.ceil((4 * value) / most)));
