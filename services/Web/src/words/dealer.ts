import type { Enum, Words } from '../kit/words';

export const partnerKind: Words<Enum<'dealer.PartnerKind'>> = {
  PARTNER_KIND_UNSPECIFIED: ['–', '–'],
  PARTNER_KIND_CITY_AGENT: ['市级代理商', 'City agent'],
  PARTNER_KIND_TERMINAL: ['4S 店', '4S shop'],
};

export const partnerStage: Words<Enum<'dealer.PartnerStage'>> = {
  PARTNER_STAGE_UNSPECIFIED: ['–', '–'],
  PARTNER_STAGE_SURVEYED: ['已调研', 'Surveyed'],
  PARTNER_STAGE_TARGET: ['拟拓展', 'Target', 'info'],
  PARTNER_STAGE_NEGOTIATING: ['洽谈中', 'Negotiating', 'info'],
  PARTNER_STAGE_SIGNED: ['已签约', 'Signed', 'good'],
  PARTNER_STAGE_TRAINED: ['已培训', 'Trained', 'good'],
  PARTNER_STAGE_OPERATING: ['已运营', 'Operating', 'good'],
  PARTNER_STAGE_SUSPENDED: ['已暂停', 'Suspended', 'warn'],
  PARTNER_STAGE_TERMINATED: ['已终止', 'Terminated', 'bad'],
  PARTNER_STAGE_LOST: ['已流失', 'Lost', 'bad'],
};

export const visitKind: Words<Enum<'dealer.VisitKind'>> = {
  VISIT_KIND_UNSPECIFIED: ['–', '–'],
  VISIT_KIND_CLIENT_VISIT: ['客户拜访', 'Visit'],
  VISIT_KIND_RETURN_VISIT: ['老客户回访', 'Return visit'],
  VISIT_KIND_PHONE: ['电话', 'Phone'],
};

export const visitState: Words<Enum<'dealer.VisitState'>> = {
  VISIT_STATE_UNSPECIFIED: ['–', '–'],
  VISIT_STATE_PLANNED: ['已登记', 'Planned', 'info'],
  VISIT_STATE_REPORTED: ['已报告', 'Reported', 'good'],
  VISIT_STATE_MISSED: ['未报告', 'Missed', 'bad'],
  VISIT_STATE_CANCELLED: ['已取消', 'Cancelled'],
};
