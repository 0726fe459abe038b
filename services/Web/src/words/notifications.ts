import type { Enum, Words } from '../kit/words';

export const notificationKind: Words<Enum<'reporting.NotificationKind'>> = {
  NOTIFICATION_KIND_UNSPECIFIED: ['–', '–'],
  NOTIFICATION_KIND_OBLIGATION_DUE_SOON: ['报送即将到期', 'Report due soon'],
  NOTIFICATION_KIND_OBLIGATION_OVERDUE: ['报送逾期', 'Report overdue'],
  NOTIFICATION_KIND_OBLIGATION_RETURNED: ['报送被退回', 'Report returned'],
  NOTIFICATION_KIND_OBLIGATION_SUBMITTED: ['收到报送', 'Report submitted'],
  NOTIFICATION_KIND_APPROVAL_WAITING: ['待审批', 'Approval waits'],
  NOTIFICATION_KIND_APPROVAL_ESCALATED: ['审批升级', 'Approval escalated'],
  NOTIFICATION_KIND_APPROVAL_DECIDED: ['审批结果', 'Approval decided'],
  NOTIFICATION_KIND_AGREEMENT_EXPIRING: ['协议到期', 'Agreement ends'],
  NOTIFICATION_KIND_CERTIFICATE_EXPIRING: ['证书到期', 'Certificate ends'],
  NOTIFICATION_KIND_INSTALMENT_DUE: ['催款', 'Instalment due'],
  NOTIFICATION_KIND_TICKET_ASSIGNED: ['工单分派', 'Ticket assigned'],
  NOTIFICATION_KIND_TICKET_HANDED_OFF: ['工单流转', 'Ticket handed on'],
  NOTIFICATION_KIND_TICKET_ESCALATED: ['工单升级', 'Ticket escalated'],
  NOTIFICATION_KIND_MAJOR_COMPLAINT: ['重大投诉', 'Major complaint'],
  NOTIFICATION_KIND_MENTIONED: ['提到我', 'Mentioned'],
  NOTIFICATION_KIND_TRAINING_REQUESTED: ['培训申请', 'Training requested'],
  NOTIFICATION_KIND_TRAINING_DECIDED: ['培训审批结果', 'Training decided'],
  NOTIFICATION_KIND_PLAN_ISSUED: ['计划下达', 'Plan issued'],
  NOTIFICATION_KIND_EVALUATION_PUBLISHED: ['考评公布', 'Evaluation published'],
  NOTIFICATION_KIND_VISIT_MISSED: ['拜访漏报', 'Visit missed'],
  NOTIFICATION_KIND_VISIT_DUE: ['回访提醒', 'Visit due'],
  NOTIFICATION_KIND_TICKET_ANSWERED: ['工单已答复', 'Ticket answered'],
};

export const notificationSeverity: Words<Enum<'reporting.NotificationSeverity'>> = {
  NOTIFICATION_SEVERITY_UNSPECIFIED: ['–', '–'],
  NOTIFICATION_SEVERITY_INFO: ['知会', 'Info'],
  NOTIFICATION_SEVERITY_WARNING: ['待办', 'To do', 'warn'],
  NOTIFICATION_SEVERITY_CRITICAL: ['紧急', 'At once', 'bad'],
};

export const notificationDigest: Words<Enum<'reporting.NotificationDigest'>> = {
  NOTIFICATION_DIGEST_UNSPECIFIED: ['不汇总', 'Never'],
  NOTIFICATION_DIGEST_NONE: ['不汇总', 'Never'],
  NOTIFICATION_DIGEST_DAILY: ['每个工作日', 'Each working day'],
  NOTIFICATION_DIGEST_WEEKLY: ['每周', 'Each week'],
};
