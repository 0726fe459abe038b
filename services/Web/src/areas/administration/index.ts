import { ApartmentOutlined, AuditOutlined, CustomerServiceOutlined, IdcardOutlined, NumberOutlined, UserOutlined } from '@ant-design/icons';
import type { Area } from '../../kit/area';

export const administration: Area = {
  title: ['管理', 'Administration'],
  screens: [
    { path: '/organisations', menu: { title: ['组织架构', 'Organisations'], icon: ApartmentOutlined }, permission: 'dealer.organisations.read', load: () => import('./OrganisationsPage') },
    { path: '/staff', menu: { title: ['人员', 'Staff'], icon: IdcardOutlined }, permission: 'dealer.staff.read', load: () => import('./StaffPage') },
    { path: '/users', menu: { title: ['用户账号', 'Users'], icon: UserOutlined }, permission: 'gateway.users.read', load: () => import('./UsersPage') },
    { path: '/approval-chains', menu: { title: ['审批流程', 'Approval chains'], icon: AuditOutlined }, permission: 'contract.policies.read', load: () => import('./ApprovalChainsPage') },
    { path: '/contract-numbers', menu: { title: ['合同编号', 'Contract numbers'], icon: NumberOutlined }, permission: 'contract.numbers.read', load: () => import('./NumbersPage') },
    { path: '/service-rules', menu: { title: ['售后规则', 'Service rules'], icon: CustomerServiceOutlined }, permission: 'serviceticket.policies.read', load: () => import('./ServiceRulesPage') },
  ],
};
