import { ApartmentOutlined, BlockOutlined, ClusterOutlined, ExceptionOutlined, FormOutlined, ShopOutlined } from '@ant-design/icons';
import type { Area } from '../../kit/area';

export const network: Area = {
  title: ['渠道', 'Network'],
  screens: [
    { path: '/network', menu: { title: ['渠道总览', 'Overview'], icon: ClusterOutlined }, permission: 'reporting.dashboards.read', load: () => import('./OverviewPage') },
    { path: '/partners', menu: { title: ['机构', 'Partners'], icon: ShopOutlined }, permission: 'dealer.partners.read', load: () => import('./PartnersPage') },
    { path: '/partners/:partner/:tab?', permission: 'dealer.partners.read', load: () => import('./PartnerPage') },
    { path: '/duplicates', menu: { title: ['疑似重复', 'Duplicates'], icon: BlockOutlined }, permission: 'dealer.partners.merge', load: () => import('./DuplicatesPage') },
    { path: '/surveys', menu: { title: ['市场调研', 'Market survey'], icon: FormOutlined }, permission: 'dealer.surveys.read', load: () => import('./SurveysPage') },
    { path: '/territories', menu: { title: ['区域', 'Territories'], icon: ApartmentOutlined }, permission: 'dealer.territories.read', load: () => import('./TerritoriesPage') },
    { path: '/diversions', menu: { title: ['窜货案件', 'Diversion cases'], icon: ExceptionOutlined }, permission: 'dealer.diversions.read', load: () => import('./DiversionsPage') },
    { path: '/diversions/:diversion', permission: 'dealer.diversions.read', load: () => import('./DiversionPage') },
  ],
};
