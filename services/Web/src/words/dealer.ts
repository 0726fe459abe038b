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

export const recordKind: Words<Enum<'dealer.RecordKind'>> = {
  RECORD_KIND_UNSPECIFIED: ['–', '–'],
  RECORD_KIND_PURCHASE: ['购买记录', 'Purchase'],
  RECORD_KIND_COMMUNICATION: ['沟通记录', 'Communication'],
  RECORD_KIND_FEEDBACK: ['服务反馈', 'Feedback'],
};

export const creditGrade: Words<Enum<'dealer.CreditGrade'>> = {
  CREDIT_GRADE_UNSPECIFIED: ['–', '–'],
  CREDIT_GRADE_A: ['A', 'A', 'good'],
  CREDIT_GRADE_B: ['B', 'B', 'info'],
  CREDIT_GRADE_C: ['C', 'C', 'warn'],
  CREDIT_GRADE_D: ['D', 'D', 'bad'],
};

export const territoryState: Words<Enum<'dealer.TerritoryState'>> = {
  TERRITORY_STATE_UNSPECIFIED: ['–', '–'],
  TERRITORY_STATE_RESERVED: ['已预留', 'Reserved', 'info'],
  TERRITORY_STATE_ACTIVE: ['已持有', 'Held', 'good'],
  TERRITORY_STATE_RELEASED: ['已释放', 'Released'],
};

export const duplicateReason: Words<Enum<'dealer.DuplicateReason'>> = {
  DUPLICATE_REASON_UNSPECIFIED: ['–', '–'],
  DUPLICATE_REASON_NAME: ['名称相近', 'Same name'],
  DUPLICATE_REASON_PHONE: ['电话相同', 'Same telephone'],
  DUPLICATE_REASON_ADDRESS: ['地址相同', 'Same address'],
};

/** What goes with a partner that is merged into another. */
export const movedRows: Words<string> = {
  visits: ['拜访', 'Visits'],
  visit_reminders: ['回访提醒', 'Visit reminders'],
  surveys: ['调研', 'Survey rows'],
  contacts: ['联系人', 'Contacts'],
  client_records: ['往来记录', 'Records'],
  credit_gradings: ['信用评级', 'Credit gradings'],
  shippings: ['收货信息', 'Shipping'],
  territories: ['区域', 'Territories'],
  diversions: ['窜货案件', 'Diversion cases'],
  staff: ['外部人员', 'People'],
  partners: ['下级机构', 'Partners below'],
};

/** What the audit trail calls what was done to a partner. */
export const auditAction: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  'partner.create': ['新建', 'Created'],
  'partner.update': ['修改', 'Changed'],
  'partner.stage': ['阶段变更', 'Stage'],
  'partner.assign': ['分配', 'Assigned'],
  'partner.merge': ['合并', 'Merged'],
  'partner.grade': ['信用评级', 'Credit graded'],
  'partner.merged': ['被合并', 'Merged into another'],
  'partner.transfer': ['移交', 'Handed over'],
  'partner.distinct': ['确认非重复', 'Marked as no duplicate'],
  'survey.create': ['新增调研', 'Survey added'],
  'survey.update': ['修改调研', 'Survey changed'],
  'survey.confirm': ['确认调研', 'Survey confirmed'],
  'survey.mark': ['标记拓展目标', 'Marked as a target'],
  'territory.claim': ['申请区域', 'Territory claimed'],
  'territory.release': ['释放区域', 'Territory released'],
  'territory.transfer': ['转移区域', 'Territory transferred'],
};

/** Stages as events and dashboards write them. */
export const stageOf = (word: string) => `PARTNER_STAGE_${word.toUpperCase()}` as Enum<'dealer.PartnerStage'>;

export const diversionState: Words<Enum<'dealer.DiversionState'>> = {
  DIVERSION_STATE_UNSPECIFIED: ['–', '–'],
  DIVERSION_STATE_CLAIMED: ['已举报', 'Claimed', 'info'],
  DIVERSION_STATE_INVESTIGATING: ['调查中', 'Investigated', 'info'],
  DIVERSION_STATE_RULED: ['申诉期', 'Ruled, may be appealed', 'warn'],
  DIVERSION_STATE_APPEALED: ['申诉中', 'Appealed', 'warn'],
  DIVERSION_STATE_FINAL: ['已生效', 'Final', 'bad'],
  DIVERSION_STATE_EXECUTED: ['已执行', 'Executed', 'good'],
  DIVERSION_STATE_WITHDRAWN: ['已撤回', 'Withdrawn'],
};

export const rulingKind: Words<Enum<'dealer.DiversionRulingKind'>> = {
  DIVERSION_RULING_KIND_UNSPECIFIED: ['–', '–'],
  DIVERSION_RULING_KIND_DISMISSED: ['不成立', 'Dismissed'],
  DIVERSION_RULING_KIND_WARNING: ['警告', 'Warning'],
  DIVERSION_RULING_KIND_FINE: ['罚款', 'Fine'],
  DIVERSION_RULING_KIND_SUSPENSION: ['暂停', 'Suspension'],
  DIVERSION_RULING_KIND_TERMINATION: ['终止', 'Termination'],
};

export const diversionSide: Words<Enum<'dealer.DiversionSide'>> = {
  DIVERSION_SIDE_UNSPECIFIED: ['–', '–'],
  DIVERSION_SIDE_CLAIMANT: ['举报方', 'The claimant'],
  DIVERSION_SIDE_ACCUSED: ['被举报方', 'The accused'],
  DIVERSION_SIDE_COMPANY: ['公司', 'The company'],
};

export const appealOutcome: Words<Enum<'dealer.DiversionAppealOutcome'>> = {
  DIVERSION_APPEAL_OUTCOME_UNSPECIFIED: ['–', '–'],
  DIVERSION_APPEAL_OUTCOME_UPHELD: ['维持', 'Upheld'],
  DIVERSION_APPEAL_OUTCOME_CHANGED: ['变更', 'Changed'],
  DIVERSION_APPEAL_OUTCOME_REVOKED: ['撤销', 'Revoked'],
};
