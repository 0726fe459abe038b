import { Fragment } from 'react';
import { useRoleName, type Role } from '../../kit/roles';
import { State } from '../../kit/states';
import { useTexts } from '../../kit/texts';
import { useWord } from '../../kit/words';
import { permissionService } from '../../words/access';
import { accessTexts } from './accessTexts';
import { grouped, usePermissionTitle, type PermissionRow } from './permissions';

/** Which role has which permission, and what the company changed of that. */
export function Matrix({ rows, roles }: { rows: readonly PermissionRow[]; roles: readonly Role[] }) {
  const t = useTexts(accessTexts);
  const say = useWord();
  const name = useRoleName();
  const title = usePermissionTitle();
  if (rows.length === 0) return <State title={t.noneFound} />;
  return (
    <div className="matrix" tabIndex={0} role="region" aria-label={t.matrix}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t.permission}</th>
            {roles.map(role => (
              <th key={role.name} scope="col">
                <div className="upright">{name(role)}</div>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {grouped(rows).map(group => (
            <Fragment key={`${group.service}.${group.noun}`}>
              <tr className="group">
                <th scope="colgroup" colSpan={roles.length + 1}>
                  {say(permissionService, group.service)} · <code>{group.noun}</code>
                </th>
              </tr>
              {group.rows.map(row => (
                <tr key={row.permission}>
                  <th scope="row" title={row.rpcs?.join('\n')}>
                    {title(row)}
                    <small>{row.permission}</small>
                  </th>
                  {roles.map(role => (
                    <Cell key={role.name} role={role} row={row} />
                  ))}
                </tr>
              ))}
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell({ role, row }: { role: Role; row: PermissionRow }) {
  const t = useTexts(accessTexts);
  const permission = row.permission ?? '';
  const has = row.roles?.includes(role.name ?? '') ?? false;
  if (role.removed?.includes(permission)) return <td className="taken" title={t.takenAway}>－</td>;
  if (!has) return <td><span className="only-read">{t.hasNot}</span></td>;
  if (role.builtIn && role.granted?.includes(permission)) return <td className="given" title={t.givenBeyond}>＋</td>;
  return <td className="has" title={t.has}>✓</td>;
}
