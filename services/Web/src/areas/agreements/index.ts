import { AuditOutlined, FileProtectOutlined, HistoryOutlined } from '@ant-design/icons';
import type { Area } from '../../kit/area';

export const agreements: Area = {
  title: ['协议', 'Agreements'],
  screens: [
    { path: '/approvals', menu: { title: ['待我审批', 'My approvals'], icon: AuditOutlined }, permission: 'contract.agreements.review', load: () => import('./ApprovalsPage') },
    { path: '/agreements', menu: { title: ['协议', 'Agreements'], icon: FileProtectOutlined }, permission: 'contract.agreements.read', load: () => import('./AgreementsPage') },
    { path: '/agreements/:agreement', permission: 'contract.agreements.read', load: () => import('./AgreementPage') },
    { path: '/renewals', menu: { title: ['到期与续签', 'Renewals'], icon: HistoryOutlined }, permission: 'contract.agreements.read', load: () => import('./RenewalsPage') },
  ],
};
