import { HomeOutlined } from '@ant-design/icons';
import type { Area } from '../../kit/area';

export const today: Area = {
  screens: [{ path: '/', menu: { title: ['工作台', 'Today'], icon: HomeOutlined }, load: () => import('./TodayPage') }],
};
