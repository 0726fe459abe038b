import { BookOutlined, CalendarOutlined, FileDoneOutlined, ReadOutlined, SafetyCertificateOutlined, ScheduleOutlined } from '@ant-design/icons';
import type { Area } from '../../kit/area';

export const training: Area = {
  title: ['培训', 'Training'],
  screens: [
    { path: '/trainingSessions', menu: { title: ['培训日程', 'Calendar'], icon: CalendarOutlined }, permission: 'training.sessions.read', load: () => import('./CalendarPage') },
    { path: '/trainingSessions/:session', permission: 'training.sessions.read', load: () => import('./SessionPage') },
    { path: '/trainings', menu: { title: ['培训申请', 'Requests'], icon: FileDoneOutlined }, permission: 'training.requests.read', load: () => import('./RequestsPage') },
    { path: '/trainings/:training', permission: 'training.requests.read', load: () => import('./RequestPage') },
    { path: '/exams/:exam', permission: 'training.exams.read', load: () => import('./ExamPage') },
    { path: '/trainingPlans', menu: { title: ['年度计划', 'Annual plans'], icon: ScheduleOutlined }, permission: 'training.plans.read', load: () => import('./PlansPage') },
    { path: '/trainingPlans/:plan', permission: 'training.plans.read', load: () => import('./PlanPage') },
    { path: '/courses', menu: { title: ['课程与师资', 'Courses and lecturers'], icon: BookOutlined }, permission: 'training.courses.read', load: () => import('./CoursesPage') },
    { path: '/courses/:course', permission: 'training.questions.edit', load: () => import('./CoursePage') },
    { path: '/lecturers', permission: 'training.lecturers.read', load: () => import('./LecturersPage') },
    { path: '/rooms', permission: 'training.rooms.read', load: () => import('./RoomsPage') },
    { path: '/certificates', menu: { title: ['证书', 'Certificates'], icon: SafetyCertificateOutlined }, permission: 'training.certificates.read', load: () => import('./CertificatesPage') },
    { path: '/certificates/:certificate', permission: 'training.certificates.read', load: () => import('./CertificatePage') },
    { path: '/trainees', menu: { title: ['学员档案', 'Growth files'], icon: ReadOutlined }, permission: 'training.trainees.read', load: () => import('./TraineesPage') },
    { path: '/trainees/:trainee', permission: 'training.trainees.read', load: () => import('./TraineePage') },
  ],
};
