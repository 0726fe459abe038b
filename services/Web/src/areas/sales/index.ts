import { BarChartOutlined, LineChartOutlined, TableOutlined } from '@ant-design/icons';
import type { Area } from '../../kit/area';

export const sales: Area = {
  title: ['计划与销量', 'Plans and sales'],
  screens: [
    { path: '/dashboard', menu: { title: ['经营看板', 'Dashboard'], icon: BarChartOutlined }, permission: 'reporting.dashboards.read', load: () => import('./DashboardPage') },
    { path: '/trend', menu: { title: ['销量趋势与排名', 'Trend and ranking'], icon: LineChartOutlined }, permission: 'reporting.dashboards.read', load: () => import('./TrendPage') },
    { path: '/daily-sales', menu: { title: ['日销量', 'Daily sales'], icon: TableOutlined }, permission: 'reporting.sales.read', load: () => import('./DailySalesPage') },
  ],
};
