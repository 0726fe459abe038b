import { CalendarOutlined, ReadOutlined } from '@ant-design/icons';
import type { Area } from '../../kit/area';

export const visits: Area = {
  title: ['拜访与日志', 'Visits and journals'],
  screens: [
    { path: '/visits', menu: { title: ['拜访', 'Visits'], icon: CalendarOutlined }, permission: 'dealer.visits.read', load: () => import('./VisitsPage') },
    { path: '/visits/:visit', permission: 'dealer.visits.read', load: () => import('./VisitPage') },
    { path: '/journals', menu: { title: ['工作日志', 'Journals'], icon: ReadOutlined }, permission: 'reporting.journals.read', load: () => import('./JournalsPage') },
    { path: '/journals/:journal', permission: 'reporting.journals.read', load: () => import('./JournalPage') },
  ],
};
