import { FileExcelOutlined } from '@ant-design/icons';
import type { Area } from '../../kit/area';

export const reports: Area = {
  title: ['报表', 'Reports'],
  screens: [{ path: '/reports', menu: { title: ['报表下载', 'Forms'], icon: FileExcelOutlined }, permission: 'reporting.dashboards.read', load: () => import('./ReportsPage') }],
};
