import { AccountBookOutlined, AlertOutlined, DiffOutlined, TransactionOutlined } from '@ant-design/icons';
import type { Area } from '../../kit/area';

export const money: Area = {
  title: ['应收款', 'Receivables'],
  screens: [
    { path: '/instalments', menu: { title: ['分期应收', 'Instalments'], icon: AccountBookOutlined }, permission: 'contract.instalments.read', load: () => import('./InstalmentsPage') },
    { path: '/instalments/:instalment', permission: 'contract.instalments.read', load: () => import('./InstalmentPage') },
    { path: '/paymentRequests', menu: { title: ['收款与开票', 'Receipts and invoices'], icon: TransactionOutlined }, permission: 'contract.payments.read', load: () => import('./RequestsPage') },
    { path: '/paymentRequests/:request', permission: 'contract.payments.read', load: () => import('./RequestPage') },
    { path: '/dunning', menu: { title: ['催款与账龄', 'Dunning and ageing'], icon: AlertOutlined }, permission: 'contract.dunning.read', load: () => import('./DunningPage') },
    { path: '/reconciliations', menu: { title: ['对账', 'Reconciliation'], icon: DiffOutlined }, permission: 'contract.reconciliations.read', load: () => import('./ReconciliationsPage') },
    { path: '/reconciliations/:reconciliation', permission: 'contract.reconciliations.read', load: () => import('./ReconciliationPage') },
    { path: '/reconciliationStatements/:statement', permission: 'contract.reconciliations.read', load: () => import('./StatementPage') },
  ],
};
