import { ShopOutlined } from '@ant-design/icons';
import type { Area } from '../../kit/area';

export const network: Area = {
  title: ['渠道', 'Network'],
  screens: [
    { path: '/partners', menu: { title: ['机构', 'Partners'], icon: ShopOutlined }, permission: 'dealer.partners.read', load: () => import('./PartnersPage') },
  ],
};
