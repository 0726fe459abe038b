/** How figures, money and times are written in Chinese offices. Everything is told in the company's time zone. */
const ZONE = 'Asia/Shanghai';

const dayParts = new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE, year: 'numeric', month: '2-digit', day: '2-digit' });
const minuteParts = new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' });
const grouped = new Intl.NumberFormat('zh-CN', { maximumFractionDigits: 1 });
const yuan = new Intl.NumberFormat('zh-CN', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** What JSON carries 64-bit numbers as. */
export type Long = string | number | undefined | null;

export const number = (value: Long) => Number(value ?? 0);

/** 12345 → 12,345; nothing → –. */
export const count = (value: Long) => (value === undefined || value === null || value === '' ? '–' : grouped.format(Number(value)));

/** Fen → ¥12,345.00; minus before the sign. */
export function money(fen: Long): string {
  if (fen === undefined || fen === null || fen === '') return '–';
  const value = Number(fen) / 100;
  return `${value < 0 ? '-' : ''}¥${yuan.format(Math.abs(value))}`;
}

/** 0.873 → 87%. */
export const percent = (share: number | undefined) => (share === undefined ? '–' : `${Math.round(share * 100)}%`);

/** An instant as its day, 2026-11-28. */
export const day = (instant: string | undefined) => (instant ? dayParts.format(new Date(instant)) : '–');

/** An instant as day and minute, 2026-11-28 09:30. */
export const minute = (instant: string | undefined) => (instant ? minuteParts.format(new Date(instant)) : '–');

/** Today's day in the company's time zone. */
export const today = (now = new Date()) => dayParts.format(now);

/** A day so many days away. */
export function addDays(date: string, days: number): string {
  const moved = new Date(`${date}T00:00:00Z`);
  moved.setUTCDate(moved.getUTCDate() + days);
  return moved.toISOString().slice(0, 10);
}

/** Days from one day to another. */
export const daysBetween = (from: string, to: string) => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);

/** "partners/01k…" → "01k…". */
export const idOf = (name: string | undefined) => name?.split('/').at(-1) ?? '';
