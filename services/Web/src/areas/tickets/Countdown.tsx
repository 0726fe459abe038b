import { useSyncExternalStore } from 'react';
import type { Schemas } from '../../api/client';
import { useTexts } from '../../kit/texts';
import { ticketTexts } from './texts';

type Ticket = Schemas['serviceticket.Ticket'];

/** One clock for all countdowns: a page of a thousand tickets has one timer. */
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void) {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    listeners.forEach(each => each());
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

const useNow = () => useSyncExternalStore(subscribe, () => now);

const SOON_MS = 2 * 3600_000;
const DAY_MS = 24 * 3600_000;

function spell(ms: number): string {
  const size = Math.abs(ms);
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  if (size >= DAY_MS) return `${Math.floor(size / DAY_MS)}d ${two((size % DAY_MS) / 3600_000)}:${two((size % 3600_000) / 60_000)}`;
  return `${two(size / 3600_000)}:${two((size % 3600_000) / 60_000)}:${two((size % 60_000) / 1000)}`;
}

/** The next deadline that counts: the first response until it was given, then the resolution. */
export function nextDue(ticket: Ticket): string | undefined {
  if (ticket.resolveTime || ticket.closeTime) return undefined;
  return ticket.firstResponseTime ? ticket.resolutionDue : (ticket.firstResponseDue ?? ticket.resolutionDue);
}

/** How long until a deadline, second by second. */
export function Countdown({ due, paused }: { due: string | undefined; paused?: boolean }) {
  const t = useTexts(ticketTexts);
  const time = useNow();
  if (paused) return <span className="muted">{t.paused}</span>;
  if (!due) return <span className="muted">–</span>;
  const left = Date.parse(due) - time;
  return <span className={`num ${left < 0 ? 'bad' : left < SOON_MS ? 'warn' : ''}`}>{left < 0 ? t.overdueBy(spell(left)) : t.left(spell(left))}</span>;
}
