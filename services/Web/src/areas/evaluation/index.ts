import { StarOutlined } from '@ant-design/icons';
import type { Area } from '../../kit/area';

export const evaluation: Area = {
  title: ['考评', 'Evaluation'],
  screens: [
    { path: '/evaluations', menu: { title: ['考评', 'Evaluations'], icon: StarOutlined }, permission: 'reporting.evaluations.read', load: () => import('./EvaluationsPage') },
    { path: '/evaluations/:evaluation', permission: 'reporting.evaluations.read', load: () => import('./EvaluationPage') },
  ],
};
