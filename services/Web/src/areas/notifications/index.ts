import { BellOutlined } from '@ant-design/icons';
import type { Area } from '../../kit/area';

export const notifications: Area = {
  screens: [{ path: '/notifications', menu: { title: ['通知', 'Notifications'], icon: BellOutlined }, permission: 'reporting.notifications.read', load: () => import('./NotificationsPage') }],
};
