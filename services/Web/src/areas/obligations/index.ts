import { CarryOutOutlined, HeatMapOutlined } from '@ant-design/icons';
import type { Area } from '../../kit/area';

export const obligations: Area = {
  title: ['报送', 'Reports due'],
  screens: [
    { path: '/obligations', menu: { title: ['报送事项', 'Obligations'], icon: CarryOutOutlined }, permission: 'reporting.obligations.read', load: () => import('./ObligationsPage') },
    { path: '/obligations/:obligation', permission: 'reporting.obligations.read', load: () => import('./ObligationPage') },
    { path: '/compliance', menu: { title: ['报送热力图', 'Heat map'], icon: HeatMapOutlined }, permission: 'reporting.dashboards.read', load: () => import('./CompliancePage') },
  ],
};
