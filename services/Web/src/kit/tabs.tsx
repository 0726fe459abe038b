import { NavLink } from 'react-router';

/** The parts of a record: links, so that each can be sent to somebody. */
export function Tabs({ label, tabs }: { label: string; tabs: readonly { to: string; title: string; end?: boolean }[] }) {
  return (
    <nav className="tabs" aria-label={label}>
      {tabs.map(tab => (
        <NavLink key={tab.to} to={tab.to} end={tab.end ?? false}>
          {tab.title}
        </NavLink>
      ))}
    </nav>
  );
}
