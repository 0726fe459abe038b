import type { Enum, Words } from '../kit/words';

export const organisationKind: Words<Enum<'dealer.OrganisationKind'>> = {
  ORGANISATION_KIND_UNSPECIFIED: ['–', '–'],
  ORGANISATION_KIND_HQ: ['总部', 'HQ'],
  ORGANISATION_KIND_CENTRE: ['销售服务中心', 'Centre'],
  ORGANISATION_KIND_REGION: ['片区', 'Region'],
  ORGANISATION_KIND_DEPARTMENT: ['部门', 'Department'],
};

export const organisationState: Words<Enum<'dealer.OrganisationState'>> = {
  ORGANISATION_STATE_UNSPECIFIED: ['–', '–'],
  ORGANISATION_STATE_ACTIVE: ['运行中', 'Active', 'good'],
  ORGANISATION_STATE_CLOSED: ['已关闭', 'Closed'],
};

export const approvalMode: Words<Enum<'contract.ApprovalMode'>> = {
  APPROVAL_MODE_UNSPECIFIED: ['–', '–'],
  APPROVAL_MODE_ALL: ['全部同意', 'All agree'],
  APPROVAL_MODE_ANY: ['任一同意', 'Any one agrees'],
};

export const numberState: Words<Enum<'contract.NumberState'>> = {
  NUMBER_STATE_UNSPECIFIED: ['–', '–'],
  NUMBER_STATE_FREE: ['未领用', 'Free'],
  NUMBER_STATE_ISSUED: ['已领用', 'Issued', 'info'],
  NUMBER_STATE_USED: ['已使用', 'Used', 'good'],
  NUMBER_STATE_VOID: ['已作废', 'Void', 'bad'],
  NUMBER_STATE_RETURNED: ['已交回', 'Returned'],
};

export const slaCalendar: Words<Enum<'serviceticket.SlaCalendar'>> = {
  SLA_CALENDAR_UNSPECIFIED: ['–', '–'],
  SLA_CALENDAR_WORKING: ['工作时间', 'Working hours'],
  SLA_CALENDAR_ALWAYS: ['全天候', 'Round the clock'],
};
