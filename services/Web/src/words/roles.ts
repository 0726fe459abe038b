import type { Words } from '../kit/words';

/** The roles of the manuals. */
export const role: Words<string> = {
  administrator: ['系统管理员', 'Administrator'],
  'hq-general-manager': ['总部总经理', 'HQ general manager'],
  'hq-office': ['总经理助理处', 'GM office'],
  'hq-marketing': ['总部营销部', 'HQ marketing'],
  'hq-sales': ['总部销售部', 'HQ sales'],
  'hq-training': ['总部培训部', 'HQ training'],
  'hq-operator': ['系统运维', 'HQ operator'],
  'centre-general-manager': ['中心总经理', 'Centre general manager'],
  'sales-manager': ['销售经理', 'Sales manager'],
  salesperson: ['销售人员', 'Salesperson'],
  legal: ['法务', 'Legal'],
  finance: ['财务', 'Finance'],
  purchasing: ['采购', 'Purchasing'],
  'back-office': ['销售内勤', 'Back office'],
  'training-manager': ['培训经理', 'Training manager'],
  trainer: ['培训讲师', 'Trainer'],
  'after-sales-manager': ['售后经理', 'After-sales manager'],
  'after-sales': ['售后服务', 'After-sales'],
  technical: ['技术部', 'Technical'],
  'partner-agent': ['市级代理商', 'City agent'],
  'partner-terminal': ['4S 店', '4S shop'],
  dashboard: ['看板只读', 'Dashboard reader'],
  auditor: ['审计', 'Auditor'],
};
