import { texts } from '../../kit/texts';

export const notificationTexts = texts({
  title: ['通知', 'Notifications'],
  what: ['事项', 'What'],
  text: ['内容', 'Text'],
  severity: ['级别', 'Matters'],
  time: ['时间', 'Time'],
  kind: ['类型', 'Kind'],
  unread: ['只看未读', 'Unread only'],
  markRead: ['标为已读', 'Mark read'],
  markAll: ['全部已读', 'Mark all read'],
  allRead: ['已全部标为已读', 'All marked as read'],
  preferences: ['通知设置', 'Preferences'],
  saved: ['已保存', 'Saved'],
  inApp: ['站内', 'Here'],
  outward: ['邮件', 'By mail'],
  digest: ['未读汇总邮件', 'What is unread, as one mail'],
  digestHour: ['汇总时间', 'At'],
  mailGoesTo: [(address: string) => `邮件发送至 ${address}`, (address: string) => `Mail goes to ${address}`],
  noMail: ['您的人员档案中没有邮箱，不会收到邮件。', 'Your staff record has no e-mail address, so nothing is mailed.'],
});
