import { useSyncExternalStore } from 'react';

/** A word that something worked, for a moment. */
const SHOWN_MS = 3500;
let shown: { text: string; key: number } | null = null;
const listeners = new Set<() => void>();

export function toast(text: string) {
  const mine = { text, key: (shown?.key ?? 0) + 1 };
  shown = mine;
  listeners.forEach(listener => listener());
  setTimeout(() => {
    if (shown !== mine) return;
    shown = null;
    listeners.forEach(listener => listener());
  }, SHOWN_MS);
}

export function Toasts() {
  const now = useSyncExternalStore(
    listener => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => shown,
  );
  return (
    <div className="toasts" role="status" aria-live="polite">
      {now && <span key={now.key}>{now.text}</span>}
    </div>
  );
}
