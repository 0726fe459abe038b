import { NavLink } from 'react-router';
import { areas } from '../areas';
import { useCaller } from '../kit/caller';
import { usePair, useTexts } from '../kit/texts';
import { frameTexts } from './texts';

/** What the caller may open; the rest is not offered. */
export function Menu({ onChosen }: { onChosen?: () => void }) {
  const t = useTexts(frameTexts);
  const say = usePair();
  const caller = useCaller();
  return (
    <nav className="menu" aria-label={t.menu}>
      {areas.map((area, index) => {
        const offered = area.screens.filter(screen => screen.menu && (screen.permission === undefined || caller.can(screen.permission)));
        return (
          offered.length > 0 && (
            <div key={index}>
              {area.title && <h2>{say(area.title)}</h2>}
              <ul>
                {offered.map(({ path, menu }) => (
                  <li key={path}>
                    <NavLink to={path} end={path === '/'} onClick={onChosen}>
                      {menu && <menu.icon aria-hidden />}
                      {menu && say(menu.title)}
                    </NavLink>
                  </li>
                ))}
              </ul>
            </div>
          )
        );
      })}
    </nav>
  );
}
