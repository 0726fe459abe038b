import './plain.css';
import type { ReactNode } from 'react';
import { texts, useTexts } from './texts';

const words = texts({ empty: ['没有记录', 'Nothing here'] });

export interface PlainColumn<R> {
  key: string;
  title: ReactNode;
  render: (row: R) => ReactNode;
  align?: 'right' | 'nowrap';
  /** Names the row, for who hears the table. */
  heads?: boolean;
}

interface PlainTableProps<R> {
  label: string;
  rows: readonly R[];
  columns: readonly PlainColumn<R>[];
  rowKey: (row: R, index: number) => string;
  empty?: ReactNode;
}

/** A table of a few rows, all of them in the page. What may be long is shown by Rows. */
export function PlainTable<R>({ label, rows, columns, rowKey, empty }: PlainTableProps<R>) {
  const t = useTexts(words);
  return (
    <div className="plain" tabIndex={0} role="region" aria-label={label}>
      <table>
        <thead>
          <tr>
            {columns.map(column => (
              <th key={column.key} scope="col" className={column.align}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={rowKey(row, index)}>
              {columns.map(column =>
                column.heads ? (
                  <th key={column.key} scope="row" className={column.align}>
                    {column.render(row)}
                  </th>
                ) : (
                  <td key={column.key} className={column.align}>
                    {column.render(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
          {rows.length === 0 && (
            <tr>
              <td className="empty" colSpan={columns.length}>
                {empty ?? t.empty}
              </td>
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}
