/** Collections whose records have a screen, by the address of the screen. */
const SCREENS: Readonly<Record<string, string>> = {
  agreements: '/agreements',
  certificates: '/certificates',
  decompositions: '/decompositions',
  evaluations: '/evaluations',
  journals: '/journals',
  obligations: '/obligations',
  partners: '/partners',
  tickets: '/tickets',
  trainingRequests: '/trainings',
  trainingSessions: '/trainingSessions',
  visits: '/visits',
};

/** "tickets/01k…" → "/tickets/01k…"; undefined where there is no screen of its own. */
export function addressOf(resource: string | undefined): string | undefined {
  const [collection, id] = (resource ?? '').split('/');
  const screen = SCREENS[collection ?? ''];
  return screen && id ? `${screen}/${id}` : undefined;
}
