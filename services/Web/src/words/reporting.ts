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

export const journalKind: Words<Enum<'reporting.JournalKind'>> = {
  JOURNAL_KIND_UNSPECIFIED: ['–', '–'],
  JOURNAL_KIND_DAILY: ['日志', 'Daily'],
  JOURNAL_KIND_WEEKLY: ['周计划及检讨', 'Weekly'],
  JOURNAL_KIND_MONTHLY: ['月度总结', 'Monthly'],
};

export const journalState: Words<Enum<'reporting.JournalState'>> = {
  JOURNAL_STATE_UNSPECIFIED: ['–', '–'],
  JOURNAL_STATE_DRAFT: ['草稿', 'Draft'],
  JOURNAL_STATE_SUBMITTED: ['已提交', 'Submitted', 'info'],
  JOURNAL_STATE_RETURNED: ['已退回', 'Returned', 'warn'],
  JOURNAL_STATE_ACCEPTED: ['已接收', 'Accepted', 'good'],
};

export const weekRow: Words<Enum<'reporting.WeekRowKind'>> = {
  WEEK_ROW_KIND_UNSPECIFIED: ['–', '–'],
  WEEK_ROW_KIND_AGENTS: ['市代拓展', 'Agents'],
  WEEK_ROW_KIND_TERMINALS: ['4S 拓展', 'Shops'],
  WEEK_ROW_KIND_SALES: ['产品销售数量', 'Sales'],
  WEEK_ROW_KIND_NEW_CLIENT_VISITS: ['新客户拜访次数', 'Visits to new clients'],
  WEEK_ROW_KIND_TARGET_CLIENT_VISITS: ['目标客户拜访', 'Visits to a target client'],
};

export const formKind: Words<Enum<'reporting.FormKind'>> = {
  FORM_KIND_UNSPECIFIED: ['–', '–'],
  FORM_KIND_MARKET_SURVEY: ['附件一 市场调研表', 'Market survey'],
  FORM_KIND_AGREEMENT_STATISTICS: ['附件二 协议签订统计表', 'Agreement statistics'],
  FORM_KIND_TRAINING_REQUEST: ['附件三 培训申请表', 'Training requests'],
  FORM_KIND_DECOMPOSITION: ['附件四 计划分解表', 'Decompositions'],
  FORM_KIND_DAILY_JOURNAL: ['附件五 工作日志', 'Daily journals'],
  FORM_KIND_WEEKLY_JOURNAL: ['附件五 周计划及检讨表', 'Weekly journals'],
  FORM_KIND_MONTHLY_JOURNAL: ['附件五 月度工作总结', 'Monthly journals'],
  FORM_KIND_PROGRESS: ['附件六 拓展进度表', 'Progress'],
  FORM_KIND_EVALUATION: ['考评表', 'Evaluations'],
  FORM_KIND_MANAGER_REPORT: ['总经理月报', 'Manager’s report'],
};
