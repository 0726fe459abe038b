import { useEffect, type ReactNode } from 'react';
import { Link } from 'react-router';

interface PageProps {
  title: string;
  about?: ReactNode;
  actions?: ReactNode;
  /** Where it belongs, one step up. */
  up?: { to: string; title: string };
  /** The content takes what is left of the window, and scrolls in itself. */
  fill?: boolean;
  children: ReactNode;
}

/** One screen: its title, what may be done on it, and what it shows. */
export function Page({ title, about, actions, up, fill, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Qudao`;
  }, [title]);
  return (
    <div className={fill ? 'page fill' : 'page'}>
      {up && (
        <nav className="crumb">
          <Link to={up.to}>{up.title}</Link> /
        </nav>
      )}
      <header className="page-head">
        <h1>{title}</h1>
        {about && <div className="about">{about}</div>}
        {actions && <div className="actions">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** A part of a screen with a heading of its own. */
export function Panel({ title, more, bare, children }: { title?: ReactNode; more?: ReactNode; bare?: boolean; children: ReactNode }) {
  return (
    <section className="panel">
      {title !== undefined && (
        <div className="panel-head">
          <h2>{title}</h2>
          {more && <div className="more">{more}</div>}
        </div>
      )}
      {bare ? children : <div className="panel-body">{children}</div>}
    </section>
  );
}

export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'plain';

/** A state in a word. */
export const Tag = ({ tone = 'plain', children }: { tone?: Tone; children: ReactNode }) => <span className={`tag ${tone}`}>{children}</span>;

/** A record's facts: what is empty is left out unless asked for. */
export function Facts({ rows }: { rows: readonly (readonly [label: string, value: ReactNode, wide?: 'wide'])[] }) {
  return (
    <dl className="facts">
      {rows.map(([label, value, wide]) => (
        <div key={label} className={wide}>
          <dt>{label}</dt>
          <dd>{value === undefined || value === null || value === '' ? '–' : value}</dd>
        </div>
      ))}
    </dl>
  );
}
