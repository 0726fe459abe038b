import { session } from './session';

const BEGUN = 'qudao.companySignIn';

/** Where the company's own sign-in begins; empty where there is none. The page says so. */
const address = document.querySelector<HTMLMetaElement>('meta[name=company-sign-in]')?.content ?? '';

export const companySignIn = {
  isOffered: address.startsWith('/'),

  /** Goes there; comes back to where somebody is now. */
  begin() {
    sessionStorage.setItem(BEGUN, '1');
    window.location.assign(`${address}?returnTo=${encodeURIComponent(window.location.pathname + window.location.search)}`);
  },

  /**
   * Takes the session that it came back with, behind "#". Only where this tab went for one: else a link could sign somebody in
   * as somebody else without his noticing.
   */
  finish() {
    const token = new URLSearchParams(window.location.hash.slice(1)).get('token');
    if (token === null) return;
    window.history.replaceState(null, '', window.location.pathname + window.location.search);
    if (sessionStorage.getItem(BEGUN) === null) return;
    sessionStorage.removeItem(BEGUN);
    session.begin(token);
  },
};
