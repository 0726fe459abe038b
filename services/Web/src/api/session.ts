import { useSyncExternalStore } from 'react';
import type { components } from './schema';

export type User = components['schemas']['gateway.User'];

const KEY = 'qudao.session';

/** Who is signed in. The token outlives the page, so that a link opens in a second tab; "expired" keeps the page as it is. */
interface State {
  token: string | null;
  expired: boolean;
}

const listeners = new Set<() => void>();
let state: State = { token: localStorage.getItem(KEY), expired: false };

function set(next: State) {
  state = next;
  listeners.forEach(listener => listener());
}

export const session = {
  token: () => state.token,

  begin(token: string) {
    localStorage.setItem(KEY, token);
    set({ token, expired: false });
  },

  /** The server does not know the token any more: what is on the screen stays, and who it is signs in again. */
  expire() {
    if (state.token !== null && !state.expired) set({ ...state, expired: true });
  },

  end() {
    localStorage.removeItem(KEY);
    set({ token: null, expired: false });
  },
};

// Signing in or out in another tab counts here too.
window.addEventListener('storage', event => {
  if (event.key === KEY) set({ token: event.newValue, expired: false });
});

export const useSession = () =>
  useSyncExternalStore(
    listener => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => state,
  );
