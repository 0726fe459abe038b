import { CustomerServiceOutlined, PhoneOutlined } from '@ant-design/icons';
import type { Area } from '../../kit/area';

export const tickets: Area = {
  title: ['售后', 'Service'],
  screens: [
    { path: '/tickets', menu: { title: ['工单', 'Tickets'], icon: CustomerServiceOutlined }, permission: 'serviceticket.tickets.read', load: () => import('./TicketsPage') },
    { path: '/tickets/:ticket', permission: 'serviceticket.tickets.read', load: () => import('./TicketPage') },
    { path: '/followUps', menu: { title: ['回访计划', 'Follow-ups'], icon: PhoneOutlined }, permission: 'serviceticket.tickets.rate', load: () => import('./FollowUpsPage') },
  ],
};
