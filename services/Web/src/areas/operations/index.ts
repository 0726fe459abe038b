import { AuditOutlined, DashboardOutlined, ExportOutlined, SaveOutlined } from '@ant-design/icons';
import type { Area } from '../../kit/area';

export const operations: Area = {
  title: ['运维', 'Operations'],
  screens: [
    { path: '/operations', menu: { title: ['运行状况', 'Operations'], icon: DashboardOutlined }, permission: 'reporting.projections.read', load: () => import('./OperationsPage') },
    { path: '/audit', menu: { title: ['审计记录', 'Audit trail'], icon: AuditOutlined }, permission: 'dealer.audit.read', load: () => import('./AuditPage') },
    { path: '/personal-exports', menu: { title: ['个人信息导出', 'Data taken out'], icon: ExportOutlined }, permission: 'gateway.exports.read', load: () => import('./ExportsPage') },
    { path: '/backups', menu: { title: ['备份', 'Backups'], icon: SaveOutlined }, permission: 'gateway.backups.read', load: () => import('./BackupsPage') },
  ],
};
