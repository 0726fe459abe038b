import { useRef, useState, type KeyboardEvent } from 'react';
import { api, ask, type Schemas } from '../../api/client';
import { CallFailed } from '../../api/problem';
import { Versions, type Plain } from '../../kit/edit';
import { idOf } from '../../kit/formats';
import { replaceRow } from '../../kit/table';
import { useTexts } from '../../kit/texts';
import { toast } from '../../kit/toast';
import { networkTexts } from './texts';

type Survey = Schemas['dealer.Survey'];
export type SurveyField = 'brands' | 'annualVolume' | 'address' | 'contact' | 'phone' | 'advantage';

const STEPS: Readonly<Record<string, readonly [x: number, y: number]>> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Goes to the cell beside, as in a sheet. */
function move(from: HTMLElement, [x, y]: readonly [number, number]) {
  const td = from.closest('td')!;
  const tr = td.parentElement as HTMLTableRowElement;
  const row = y === 0 ? tr : ((y > 0 ? tr.nextElementSibling : tr.previousElementSibling) as HTMLTableRowElement | null);
  let index = td.cellIndex + x;
  while (row?.cells[index]) {
    const cell = row.cells[index]!.querySelector<HTMLElement>('.cell');
    if (cell) return cell.focus();
    if (x === 0) return;
    index += x;
  }
}

/** A cell that is typed into: shows the new value at once, and the former one again when it was refused. */
export function SurveyCell({ survey, field, label }: { survey: Survey; field: SurveyField; label: string }) {
  const t = useTexts(networkTexts);
  const [typed, setTyped] = useState<string | null>(null);
  const [saving, setSaving] = useState<string | null>(null);
  const [conflict, setConflict] = useState<{ mine: Plain; theirs: Plain } | null>(null);
  const cell = useRef<HTMLButtonElement>(null);
  const kept = String(survey[field] ?? '');

  const save = async (value: string, etag: string) => {
    if (value === kept && etag === survey.etag) return;
    setSaving(value);
    const path = { survey: idOf(survey.name) };
    try {
      const body = { [field]: field === 'annualVolume' && value === '' ? null : value, etag } as Partial<Survey>;
      const saved = await ask(api.PATCH('/v1/surveys/{survey}', { params: { path, query: { updateMask: field } }, body }));
      replaceRow<Survey>(['surveys'], saved, other => other.name === saved.name);
    } catch (fault) {
      if (fault instanceof CallFailed && fault.isConflict) {
        const theirs = await ask(api.GET('/v1/surveys/{survey}', { params: { path } }));
        setConflict({ mine: { ...theirs, [field]: value } as Plain, theirs: theirs as Plain });
      } else {
        toast(fault instanceof CallFailed ? (fault.problem?.violations?.[0]?.message ?? fault.message) : String(fault));
        setTyped(value);
      }
    } finally {
      setSaving(null);
    }
  };

  const leave = () => {
    const value = typed?.trim();
    setTyped(null);
    if (value !== undefined) void save(value, survey.etag ?? '');
  };

  const keyInCell = (event: KeyboardEvent<HTMLButtonElement>) => {
    const step = STEPS[event.key];
    if (step) {
      event.preventDefault();
      move(event.currentTarget, step);
    } else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey && event.key !== ' ') {
      // Typing begins anew, as in a sheet.
      event.preventDefault();
      setTyped(event.key);
    }
  };

  const keyInInput = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Escape') setTyped(null);
    if (event.key === 'Enter') leave();
    if (event.key === 'Enter' || event.key === 'Escape') requestAnimationFrame(() => cell.current?.focus());
  };

  return (
    <>
      {typed === null ? (
        <button ref={cell} type="button" className="cell" aria-label={`${label} ${kept}`} aria-busy={saving !== null} onClick={() => setTyped(kept)} onKeyDown={keyInCell}>
          {saving ?? kept}
        </button>
      ) : (
        <input className="cell" aria-label={label} autoFocus value={typed} inputMode={field === 'annualVolume' ? 'numeric' : 'text'} onChange={event => setTyped(event.target.value)} onBlur={leave} onKeyDown={keyInInput} />
      )}
      {conflict && (
        <Versions
          fields={[{ name: field, label }]}
          base={{ ...conflict.theirs, [field]: kept }}
          {...conflict}
          onChosen={chosen => {
            setConflict(null);
            replaceRow<Survey>(['surveys'], conflict.theirs as unknown as Survey, other => other.name === survey.name);
            if (chosen[field] !== conflict.theirs[field]) void save(String(chosen[field] ?? ''), String(conflict.theirs.etag));
          }}
          onBack={() => {
            setTyped(String(conflict.mine[field] ?? ''));
            setConflict(null);
            toast(t.lost);
          }}
        />
      )}
    </>
  );
}
