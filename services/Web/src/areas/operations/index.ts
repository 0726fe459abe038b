import { AuditOutlined, DashboardOutlined } from '@ant-design/icons';
import type { Area } from '../../kit/area';

export const operations: Area = {
  title: ['运维', 'Operations'],
  screens: [
    { path: '/operations', menu: { title: ['运行状况', 'Operations'], icon: DashboardOutlined }, permission: 'reporting.projections.read', load: () => import('./OperationsPage') },
    { path: '/audit', menu: { title: ['审计记录', 'Audit trail'], icon: AuditOutlined }, permission: 'dealer.audit.read', load: () => import('./AuditPage') },
  ],
};
