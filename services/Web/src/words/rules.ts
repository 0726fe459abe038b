import type { Enum, Words } from '../kit/words';

export const recurrence: Words<Enum<'reporting.Recurrence'>> = {
  RECURRENCE_UNSPECIFIED: ['–', '–'],
  RECURRENCE_DAILY: ['每日', 'Daily'],
  RECURRENCE_WEEKLY: ['每周', 'Weekly'],
  RECURRENCE_MONTHLY: ['每月', 'Monthly'],
  RECURRENCE_QUARTERLY: ['每季度', 'Quarterly'],
  RECURRENCE_HALF_YEARLY: ['每半年', 'Half-yearly'],
  RECURRENCE_YEARLY: ['每年', 'Yearly'],
  RECURRENCE_AGREEMENT: ['每份协议', 'After each agreement'],
};

export const dueDayShift: Words<Enum<'reporting.DueDayShift'>> = {
  DUE_DAY_SHIFT_UNSPECIFIED: ['–', '–'],
  DUE_DAY_SHIFT_NONE: ['不变', 'It stays'],
  DUE_DAY_SHIFT_NEXT: ['顺延至下一工作日', 'The next working day'],
  DUE_DAY_SHIFT_PREVIOUS: ['提前至上一工作日', 'The working day before'],
  DUE_DAY_SHIFT_SKIP: ['免报', 'Nothing is owed'],
};

export const fulfilment: Words<string> = {
  manual: ['人工报送', 'By hand'],
  'survey-submitted': ['提交市场调研', 'Survey submitted'],
  'statistics-submitted': ['提交协议统计表', 'Statistics submitted'],
  'daily-sales-reported': ['上报日销量', 'Daily sales reported'],
  'agreement-signed': ['协议签订', 'Agreement signed'],
  'agreement-reported': ['协议上报', 'Agreement reported'],
  'agreement-filed': ['协议归档', 'Agreement filed'],
  'accounts-reconciled': ['核对往来账', 'Accounts reconciled'],
  'decomposition-issued': ['下达分解计划', 'Decomposition issued'],
  'progress-submitted': ['提交进度', 'Progress submitted'],
  'attainment-submitted': ['提交达成', 'Attainment submitted'],
  'daily-journal-submitted': ['提交日志', 'Daily journal submitted'],
  'weekly-journal-submitted': ['提交周计划', 'Weekly journal submitted'],
  'monthly-journal-submitted': ['提交月度总结', 'Monthly journal submitted'],
};
