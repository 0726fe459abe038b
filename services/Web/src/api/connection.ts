import { useSyncExternalStore } from 'react';

/** Whether Qudao can be reached; asked for again by itself until it can. */
let reachable = true;
let asking = false;
const listeners = new Set<() => void>();
const backAgain = new Set<() => void>();

const ASK_AGAIN_MS = 2000;

function set(value: boolean) {
  if (reachable === value) return;
  reachable = value;
  listeners.forEach(listener => listener());
  if (value) backAgain.forEach(listener => listener());
}

async function askUntilBack() {
  if (asking) return;
  asking = true;
  while (!reachable) {
    await new Promise(resolve => setTimeout(resolve, ASK_AGAIN_MS));
    try {
      if ((await fetch('/readyz', { cache: 'no-store' })).ok) set(true);
    } catch {
      // Still away.
    }
  }
  asking = false;
}

export function heardFromServer() {
  set(true);
}

export function serverIsAway() {
  set(false);
  void askUntilBack();
}

window.addEventListener('offline', serverIsAway);

/** Calls when the server is back after having been away. */
export function onBackAgain(listener: () => void) {
  backAgain.add(listener);
  return () => void backAgain.delete(listener);
}

export const useReachable = () =>
  useSyncExternalStore(
    listener => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => reachable,
  );
