import type { Enum, Words } from '../kit/words';

export const obligationState: Words<Enum<'reporting.ObligationState'>> = {
  OBLIGATION_STATE_UNSPECIFIED: ['–', '–'],
  OBLIGATION_STATE_SCHEDULED: ['未到期', 'Scheduled'],
  OBLIGATION_STATE_DUE_SOON: ['即将到期', 'Due soon', 'warn'],
  OBLIGATION_STATE_ON_TIME: ['按时', 'On time', 'info'],
  OBLIGATION_STATE_LATE: ['迟报', 'Late', 'warn'],
  OBLIGATION_STATE_MISSING: ['漏报', 'Missing', 'bad'],
  OBLIGATION_STATE_ACCEPTED: ['已接收', 'Accepted', 'good'],
  OBLIGATION_STATE_RETURNED: ['已退回', 'Returned', 'warn'],
  OBLIGATION_STATE_WAIVED: ['已免除', 'Waived'],
};
