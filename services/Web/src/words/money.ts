import type { Enum, Words } from '../kit/words';

export const instalmentState: Words<Enum<'contract.InstalmentState'>> = {
  INSTALMENT_STATE_UNSPECIFIED: ['–', '–'],
  INSTALMENT_STATE_PLANNED: ['未到期', 'Planned'],
  INSTALMENT_STATE_DUE: ['应收', 'Due', 'info'],
  INSTALMENT_STATE_PARTLY_PAID: ['部分收款', 'Partly paid', 'warn'],
  INSTALMENT_STATE_PAID: ['已收清', 'Paid', 'good'],
  INSTALMENT_STATE_WRITTEN_OFF: ['已核销', 'Written off', 'bad'],
  INSTALMENT_STATE_DROPPED: ['已取消', 'Dropped'],
};

export const paymentKind: Words<Enum<'contract.PaymentKind'>> = {
  PAYMENT_KIND_UNSPECIFIED: ['–', '–'],
  PAYMENT_KIND_RECEIPT: ['收款申请', 'Receipt'],
  PAYMENT_KIND_INVOICE: ['开票申请', 'Invoice'],
};

export const paymentState: Words<Enum<'contract.PaymentState'>> = {
  PAYMENT_STATE_UNSPECIFIED: ['–', '–'],
  PAYMENT_STATE_DRAFT: ['草稿', 'Draft'],
  PAYMENT_STATE_AWAITING_MANAGER: ['待经理确认', 'Waits for the manager', 'info'],
  PAYMENT_STATE_AWAITING_PURCHASING: ['待采购核对', 'Waits for purchasing', 'info'],
  PAYMENT_STATE_AWAITING_FINANCE: ['待财务确认', 'Waits for finance', 'info'],
  PAYMENT_STATE_AWAITING_SIGNATURE: ['待客户签收', 'Waits for the client', 'warn'],
  PAYMENT_STATE_CLOSED: ['已完成', 'Done', 'good'],
  PAYMENT_STATE_RETURNED: ['已退回', 'Returned', 'warn'],
  PAYMENT_STATE_CANCELLED: ['已作废', 'Cancelled'],
  PAYMENT_STATE_REVERSED: ['已冲销', 'Reversed', 'bad'],
};

export const dunningWay: Words<Enum<'contract.DunningWay'>> = {
  DUNNING_WAY_UNSPECIFIED: ['–', '–'],
  DUNNING_WAY_CALL: ['电话', 'Call'],
  DUNNING_WAY_VISIT: ['上门', 'Visit'],
  DUNNING_WAY_LETTER: ['催款函', 'Letter'],
  DUNNING_WAY_NOTICE: ['律师函', 'Formal notice'],
};

export const agingBucket: Words<Enum<'contract.AgingBucket'>> = {
  AGING_BUCKET_UNSPECIFIED: ['–', '–'],
  AGING_BUCKET_UP_TO_30: ['1–30 天', '1–30 days', 'warn'],
  AGING_BUCKET_UP_TO_60: ['31–60 天', '31–60 days', 'warn'],
  AGING_BUCKET_UP_TO_90: ['61–90 天', '61–90 days', 'bad'],
  AGING_BUCKET_OVER_90: ['90 天以上', 'Over 90 days', 'bad'],
};

export const reconciliationState: Words<Enum<'contract.ReconciliationState'>> = {
  RECONCILIATION_STATE_UNSPECIFIED: ['–', '–'],
  RECONCILIATION_STATE_OPEN: ['待发出', 'To be sent'],
  RECONCILIATION_STATE_SENT: ['进行中', 'Under way', 'info'],
  RECONCILIATION_STATE_DONE: ['已完成', 'Done', 'good'],
};

export const statementState: Words<Enum<'contract.ReconciliationStatementState'>> = {
  RECONCILIATION_STATEMENT_STATE_UNSPECIFIED: ['–', '–'],
  RECONCILIATION_STATEMENT_STATE_OPEN: ['待发出', 'To be sent'],
  RECONCILIATION_STATEMENT_STATE_SENT: ['待回函', 'Waits for the answer', 'info'],
  RECONCILIATION_STATEMENT_STATE_ANSWERED: ['已回函', 'Answered', 'info'],
  RECONCILIATION_STATEMENT_STATE_AGREED: ['相符', 'Agreed', 'good'],
  RECONCILIATION_STATEMENT_STATE_DIFFERING: ['不符', 'Differs', 'bad'],
  RECONCILIATION_STATEMENT_STATE_SETTLED: ['已处理', 'Settled', 'good'],
};

export const differenceKind: Words<Enum<'contract.DifferenceKind'>> = {
  DIFFERENCE_KIND_UNSPECIFIED: ['–', '–'],
  DIFFERENCE_KIND_IN_TRANSIT: ['未达账项', 'In transit'],
  DIFFERENCE_KIND_OUR_ERROR: ['我方差错', 'Our error'],
  DIFFERENCE_KIND_THEIR_ERROR: ['对方差错', 'Their error'],
};

/** What the trails of requests and statements call what was done. */
export const moneyAction: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  create: ['起草', 'Drafted'],
  update: ['修改', 'Changed'],
  submit: ['提交', 'Submitted'],
  confirm: ['经理确认', 'Confirmed'],
  check: ['采购核对', 'Checked'],
  settle: ['财务确认', 'Settled'],
  return: ['退回', 'Returned'],
  withdraw: ['撤回', 'Withdrawn'],
  cancel: ['作废', 'Cancelled'],
  sign: ['客户签收', 'Signed'],
  reverse: ['冲销', 'Reversed'],
  send: ['发出', 'Sent'],
  answer: ['回函', 'Answered'],
  assess: ['核对', 'Compared'],
  explain: ['说明差异', 'Explained'],
  approve: ['批准', 'Approved'],
};
