import type { Area } from '../../kit/area';

/** Reached from the name at the top: everybody has an account, nobody needs a permission for it. */
export const account: Area = {
  screens: [{ path: '/account', load: () => import('./AccountPage') }],
};
