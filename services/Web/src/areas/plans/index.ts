import { AimOutlined, CalendarOutlined } from '@ant-design/icons';
import type { Area } from '../../kit/area';

export const plans: Area = {
  screens: [
    { path: '/plans', menu: { title: ['计划与分解', 'Plans'], icon: AimOutlined }, permission: 'reporting.plans.read', load: () => import('./PlansPage') },
    { path: '/decompositions/:decomposition', permission: 'reporting.decompositions.read', load: () => import('./DecompositionPage') },
    { path: '/sales-holes', menu: { title: ['未报销量', 'Missing sales reports'], icon: CalendarOutlined }, permission: 'reporting.sales.read', load: () => import('./HolesPage') },
  ],
};
