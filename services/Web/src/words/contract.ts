import type { Enum, Words } from '../kit/words';

export const agreementKind: Words<Enum<'contract.AgreementKind'>> = {
  AGREEMENT_KIND_UNSPECIFIED: ['–', '–'],
  AGREEMENT_KIND_CITY_AGENT: ['市级代理协议', 'City agent agreement'],
  AGREEMENT_KIND_TERMINAL: ['4S 店协议', '4S shop agreement'],
  AGREEMENT_KIND_SALES: ['销售合同', 'Sales contract'],
};

export const agreementState: Words<Enum<'contract.AgreementState'>> = {
  AGREEMENT_STATE_UNSPECIFIED: ['–', '–'],
  AGREEMENT_STATE_DRAFT: ['草稿', 'Draft'],
  AGREEMENT_STATE_IN_REVIEW: ['审批中', 'In review', 'info'],
  AGREEMENT_STATE_APPROVED: ['待签署', 'To be signed', 'info'],
  AGREEMENT_STATE_ACTIVE: ['生效', 'Active', 'good'],
  AGREEMENT_STATE_EXPIRED: ['已到期', 'Expired', 'bad'],
  AGREEMENT_STATE_TERMINATED: ['已终止', 'Terminated', 'bad'],
  AGREEMENT_STATE_RETURNED: ['已退回', 'Returned', 'warn'],
  AGREEMENT_STATE_WITHDRAWN: ['已撤回', 'Withdrawn'],
  AGREEMENT_STATE_EXPIRING: ['即将到期', 'Expiring', 'warn'],
  AGREEMENT_STATE_RENEWED: ['已续签', 'Renewed'],
  AGREEMENT_STATE_SUPERSEDED: ['已被取代', 'Superseded'],
};

export const approvalState: Words<Enum<'contract.ApprovalState'>> = {
  APPROVAL_STATE_UNSPECIFIED: ['–', '–'],
  APPROVAL_STATE_PENDING: ['待审批', 'Pending', 'info'],
  APPROVAL_STATE_APPROVED: ['同意', 'Approved', 'good'],
  APPROVAL_STATE_RETURNED: ['退回', 'Returned', 'warn'],
  APPROVAL_STATE_SKIPPED: ['跳过', 'Skipped'],
};
