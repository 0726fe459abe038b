import { createContext, useContext } from 'react';
import type { User } from '../api/session';

/** Who uses the console, and what he may do. */
export interface Caller {
  user: User;
  can: (permission: string) => boolean;
  has: (...roles: string[]) => boolean;
}

export function callerOf(user: User): Caller {
  const permissions = new Set(user.permissions);
  const roles = new Set(user.roles);
  return { user, can: permission => permissions.has(permission), has: (...some) => some.some(role => roles.has(role)) };
}

export const CallerContext = createContext<Caller | null>(null);

export function useCaller(): Caller {
  const caller = useContext(CallerContext);
  if (caller === null) throw new Error('Nobody is signed in here.');
  return caller;
}
