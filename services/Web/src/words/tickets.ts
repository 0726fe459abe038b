import type { Enum, Words } from '../kit/words';

export const ticketKind: Words<Enum<'serviceticket.TicketKind'>> = {
  TICKET_KIND_UNSPECIFIED: ['–', '–'],
  TICKET_KIND_CONSULTATION: ['咨询', 'Consultation'],
  TICKET_KIND_COMPLAINT: ['投诉', 'Complaint'],
  TICKET_KIND_SUGGESTION: ['建议', 'Suggestion'],
  TICKET_KIND_SERVICE_REQUEST: ['售后服务申请', 'Service request'],
  TICKET_KIND_REPAIR: ['返修', 'Repair'],
  TICKET_KIND_RETURN: ['退换货', 'Return or exchange'],
};

export const ticketState: Words<Enum<'serviceticket.TicketState'>> = {
  TICKET_STATE_UNSPECIFIED: ['–', '–'],
  TICKET_STATE_OPEN: ['待处理', 'Open', 'info'],
  TICKET_STATE_IN_PROGRESS: ['处理中', 'In progress', 'info'],
  TICKET_STATE_WAITING: ['等待客户', 'Waiting for the client', 'warn'],
  TICKET_STATE_RESOLVED: ['已解决', 'Resolved', 'good'],
  TICKET_STATE_CLOSED: ['已关闭', 'Closed'],
};

export const ticketChannel: Words<Enum<'serviceticket.TicketChannel'>> = {
  TICKET_CHANNEL_UNSPECIFIED: ['–', '–'],
  TICKET_CHANNEL_PHONE: ['电话', 'Phone'],
  TICKET_CHANNEL_MAIL: ['邮件', 'Mail'],
  TICKET_CHANNEL_WEB: ['网站', 'Web'],
  TICKET_CHANNEL_PARTNER_API: ['合作伙伴接口', 'Partner API'],
};

export const ticketSeverity: Words<Enum<'serviceticket.TicketSeverity'>> = {
  TICKET_SEVERITY_UNSPECIFIED: ['–', '–'],
  TICKET_SEVERITY_NORMAL: ['一般', 'Normal'],
  TICKET_SEVERITY_MAJOR: ['重大', 'Major', 'bad'],
};

export const ticketStep: Words<Enum<'serviceticket.TicketStep'>> = {
  TICKET_STEP_UNSPECIFIED: ['–', '–'],
  TICKET_STEP_CONFIRMATION: ['经理确认', 'Confirmation'],
  TICKET_STEP_FORM: ['内勤登记', 'Form'],
  TICKET_STEP_CONTACT: ['技术联系客户', 'Contact'],
  TICKET_STEP_ON_SITE: ['上门服务', 'On site'],
  TICKET_STEP_REPORT: ['反馈结果', 'Report'],
  TICKET_STEP_APPRAISAL: ['技术鉴定', 'Appraisal'],
  TICKET_STEP_REPAIR: ['维修', 'Repair'],
  TICKET_STEP_SALES: ['销售跟进', 'Sales'],
  TICKET_STEP_PURCHASING: ['采购处理', 'Purchasing'],
  TICKET_STEP_ERP_ENTRY: ['ERP 录入', 'ERP entry'],
  TICKET_STEP_FACTORY_RETURN: ['返厂', 'Factory return'],
  TICKET_STEP_RESHIPMENT: ['重新发货', 'Reshipment'],
  TICKET_STEP_INFORMING: ['告知客户', 'Informing'],
  TICKET_STEP_SOOTHING: ['安抚记录', 'Soothing'],
  TICKET_STEP_DEPARTMENT: ['责任部门处理', 'Department'],
  TICKET_STEP_RESULT: ['反馈客户', 'Result'],
  TICKET_STEP_SATISFACTION: ['满意度确认', 'Satisfaction'],
  TICKET_STEP_DECISION: ['采纳决定', 'Decision'],
  TICKET_STEP_REWARD: ['奖励', 'Reward'],
  TICKET_STEP_ANSWER: ['答复', 'Answer'],
  TICKET_STEP_DONE: ['完成', 'Done', 'good'],
};
