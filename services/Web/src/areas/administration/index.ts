import {
  ApartmentOutlined,
  ApiOutlined,
  AuditOutlined,
  CustomerServiceOutlined,
  IdcardOutlined,
  NumberOutlined,
  SafetyOutlined,
  ScheduleOutlined,
  SecurityScanOutlined,
  SendOutlined,
  TeamOutlined,
  ThunderboltOutlined,
  UserOutlined,
} from '@ant-design/icons';
import type { Area } from '../../kit/area';

export const administration: Area = {
  title: ['管理', 'Administration'],
  screens: [
    { path: '/organisations', menu: { title: ['组织架构', 'Organisations'], icon: ApartmentOutlined }, permission: 'dealer.organisations.read', load: () => import('./OrganisationsPage') },
    { path: '/staff', menu: { title: ['人员', 'Staff'], icon: IdcardOutlined }, permission: 'dealer.staff.read', load: () => import('./StaffPage') },
    { path: '/users', menu: { title: ['用户账号', 'Users'], icon: UserOutlined }, permission: 'gateway.users.read', load: () => import('./UsersPage') },
    { path: '/users/:user', permission: 'gateway.users.read', load: () => import('./UserPage') },
    { path: '/roles', menu: { title: ['角色与权限', 'Roles'], icon: SafetyOutlined }, permission: 'gateway.roles.read', load: () => import('./RolesPage') },
    { path: '/roles/matrix', permission: 'gateway.roles.read', load: () => import('./RolesPage') },
    { path: '/apiClients', menu: { title: ['接口客户端', 'API clients'], icon: ApiOutlined }, permission: 'gateway.clients.read', load: () => import('./ApiClientsPage') },
    { path: '/apiClients/:client', permission: 'gateway.clients.read', load: () => import('./ApiClientPage') },
    { path: '/webhookEndpoints', menu: { title: ['事件推送', 'Webhooks'], icon: SendOutlined }, permission: 'gateway.webhooks.read', load: () => import('./WebhooksPage') },
    { path: '/webhookEndpoints/:webhook', permission: 'gateway.webhooks.read', load: () => import('./WebhookPage') },
    { path: '/events', menu: { title: ['事件流', 'Event feed'], icon: ThunderboltOutlined }, permission: 'gateway.events.read', load: () => import('./EventsPage') },
    { path: '/access-audit', menu: { title: ['访问审计', 'Access audit'], icon: SecurityScanOutlined }, permission: 'gateway.audit.read', load: () => import('./AccessAuditPage') },
    { path: '/obligation-rules', menu: { title: ['报送规则', 'Reporting rules'], icon: ScheduleOutlined }, permission: 'reporting.obligationRules.read', load: () => import('./ObligationRulesPage') },
    { path: '/approval-chains', menu: { title: ['审批流程', 'Approval chains'], icon: AuditOutlined }, permission: 'contract.policies.read', load: () => import('./ApprovalChainsPage') },
    { path: '/contract-numbers', menu: { title: ['合同编号', 'Contract numbers'], icon: NumberOutlined }, permission: 'contract.numbers.read', load: () => import('./NumbersPage') },
    { path: '/service-rules', menu: { title: ['售后规则', 'Service rules'], icon: CustomerServiceOutlined }, permission: 'serviceticket.policies.read', load: () => import('./ServiceRulesPage') },
    { path: '/queues', menu: { title: ['工单队列', 'Ticket queues'], icon: TeamOutlined }, permission: 'serviceticket.queues.read', load: () => import('./QueuesPage') },
  ],
};
