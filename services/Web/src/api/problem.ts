import type { components } from './schema';

export type Problem = components['schemas']['Problem'];

/** A call that failed, with what the server said about it. */
export class CallFailed extends Error {
  readonly status: number;
  readonly reason: string;
  readonly problem: Problem | undefined;

  constructor(status: number, problem: Problem | undefined, message: string) {
    super(message);
    this.name = 'CallFailed';
    this.status = status;
    this.reason = problem?.reason ?? '';
    this.problem = problem;
  }

  /** Nobody answered: the network is gone, or Qudao is being restarted. */
  get isUnreachable() {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504;
  }

  get isSignedOut() {
    return this.status === 401;
  }

  get isForbidden() {
    return this.status === 403;
  }

  get isNotFound() {
    return this.status === 404;
  }

  /** Somebody else changed the record in the meantime. */
  get isConflict() {
    return this.reason === 'ETAG_MISMATCH';
  }
}

/** Where a fault lies, for a form: "partner.contacts[2].phone" is ['contacts', 2, 'phone'] of the form of a partner. */
export function formPath(field: string, within: string): (string | number)[] {
  const steps = field.split(/[.[\]]+/).filter(step => step !== '').map(step => (/^\d+$/.test(step) ? Number(step) : step));
  return within !== '' && steps[0] === within ? steps.slice(1) : steps;
}
