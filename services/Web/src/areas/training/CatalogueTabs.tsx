import { useCaller } from '../../kit/caller';
import { Tabs } from '../../kit/tabs';
import { useTexts } from '../../kit/texts';
import { trainingTexts } from './texts';

/** What is taught, by whom, where: three lists of one kind. */
export function CatalogueTabs() {
  const t = useTexts(trainingTexts);
  const { can } = useCaller();
  const all = [
    { to: '/courses', title: t.courses, permission: 'training.courses.read' },
    { to: '/lecturers', title: t.lecturers, permission: 'training.lecturers.read' },
    { to: '/rooms', title: t.rooms, permission: 'training.rooms.read' },
  ];
  return <Tabs label={t.catalogue} tabs={all.filter(one => can(one.permission))} />;
}
