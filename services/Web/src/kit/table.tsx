import { useInfiniteQuery, type QueryKey } from '@tanstack/react-query';
import { Button } from 'antd';
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import type { CallFailed } from '../api/problem';
import { queries } from '../api/queries';
import { count } from './formats';
import { Failure, Loading, State } from './states';
import { texts, useTexts } from './texts';
import { useFilters } from './url';

const words = texts({
  empty: ['没有符合条件的记录', 'Nothing here'],
  emptyHint: ['请调整筛选条件。', 'Try other filters.'],
  loaded: [(rows: string, more: boolean) => `${more ? '已加载' : '共'} ${rows} 条`, (rows: string, more: boolean) => `${rows} ${more ? 'loaded so far' : 'in all'}`],
  loadingMore: ['正在加载更多…', 'Loading more…'],
  moreFailed: ['加载更多失败', 'More could not be loaded'],
  again: ['重试', 'Try again'],
  sort: [(column: string) => `按${column}排序`, (column: string) => `Sort by ${column}`],
});

/** A column: what stands in it, and how wide it is. */
export interface Column<R> {
  key: string;
  title: string;
  /** In pixels; columns without one share what is left. */
  width?: number;
  align?: 'right';
  render: (row: R) => ReactNode;
  /** What the rows are ordered by when people ask for it; of all rows, which are loaded for that. */
  sort?: (row: R) => string | number;
  /** On a phone: the row's first line (its two ends), or left out; else in the second line. */
  phone?: 'title' | 'end' | 'none';
}

export interface RowPage<R> {
  rows: readonly R[];
  nextPageToken: string | undefined;
}

/** How a list is asked for: a page after a token. */
export type LoadPage<R> = (page: { pageSize: number; pageToken: string }, signal: AbortSignal) => Promise<RowPage<R>>;

const PAGE = 200;
const WHOLE_PAGE = 1000;
const ROW = 39;
const SPARE = 12;

/** The rows of a list of the server, page after page as they are scrolled to. */
function useRows<R>(queryKey: QueryKey, load: LoadPage<R>, whole: boolean) {
  const query = useInfiniteQuery<RowPage<R>, CallFailed, { pages: RowPage<R>[] }, QueryKey, string>({
    queryKey: [...queryKey, whole ? 'whole' : 'pages'],
    queryFn: ({ pageParam, signal }) => load({ pageSize: whole ? WHOLE_PAGE : PAGE, pageToken: pageParam }, signal),
    initialPageParam: '',
    getNextPageParam: last => last.nextPageToken || undefined,
    placeholderData: previous => previous,
  });
  const { hasNextPage, isFetchingNextPage, fetchNextPage, isError } = query;
  // Ordered by something that the server does not order by, all of them are needed.
  useEffect(() => {
    if (whole && hasNextPage && !isFetchingNextPage && !isError) void fetchNextPage();
  }, [whole, hasNextPage, isFetchingNextPage, isError, fetchNextPage]);
  return query;
}

/** Puts a row that was just saved in the place of its former self, in every list of the collection that is in memory. */
export function replaceRow<R>(key: QueryKey, row: R, isSame: (other: R) => boolean) {
  queries.setQueriesData<{ pages?: RowPage<R>[] }>({ queryKey: key }, old =>
    old?.pages ? { ...old, pages: old.pages.map(page => ({ ...page, rows: page.rows.map(other => (isSame(other) ? row : other)) })) } : old,
  );
}

const collator = new Intl.Collator('zh-CN', { numeric: true });

function ordered<R>(rows: readonly R[], by: Column<R> | undefined, down: boolean): readonly R[] {
  const key = by?.sort;
  if (!key) return rows;
  const sign = down ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [x, y] = [key(a), key(b)];
    return sign * (typeof x === 'number' && typeof y === 'number' ? x - y : collator.compare(String(x), String(y)));
  });
}

function useIsPhone() {
  const query = '(max-width: 820px)';
  const [phone, setPhone] = useState(() => window.matchMedia(query).matches);
  useEffect(() => {
    const media = window.matchMedia(query);
    const changed = () => setPhone(media.matches);
    media.addEventListener('change', changed);
    return () => media.removeEventListener('change', changed);
  }, []);
  return phone;
}

interface RowsProps<R> {
  /** What it is a table of, for who cannot see it. */
  label: string;
  queryKey: QueryKey;
  load: LoadPage<R>;
  columns: readonly Column<R>[];
  rowKey: (row: R) => string;
  /** Stands beside the filters: how many there are. */
  filters?: ReactNode;
  empty?: ReactNode;
}

/** A list of the server as a table that scrolls through ten thousand rows, or as cards on a phone. */
export function Rows<R>({ label, queryKey, load, columns, rowKey, filters, empty }: RowsProps<R>) {
  const t = useTexts(words);
  const phone = useIsPhone();
  const [{ sort }, change] = useFilters('sort');
  const down = sort.startsWith('-');
  const by = columns.find(column => column.key === sort.replace('-', '') && column.sort);
  const query = useRows(queryKey, load, by !== undefined);
  const rows = ordered(query.data?.pages.flatMap(page => page.rows) ?? [], by, down);
  const more = query.hasNextPage && !query.isFetchingNextPage && !query.isFetchNextPageError ? () => void query.fetchNextPage() : undefined;

  const body =
    query.data === undefined ? (
      query.isError ? (
        <Failure error={query.error} retry={() => void query.refetch()} />
      ) : (
        <Loading lines={8} />
      )
    ) : rows.length === 0 && !query.isFetching ? (
      (empty ?? <State title={t.empty}>{t.emptyHint}</State>)
    ) : phone ? (
      <Cards label={label} rows={rows} columns={columns} rowKey={rowKey} more={more} />
    ) : (
      <Table label={label} rows={rows} columns={columns} rowKey={rowKey} more={more} sort={sort} onSort={next => change({ sort: next })} />
    );

  return (
    <>
      <div className="filters">
        {filters}
        {query.data !== undefined && (
          <span className="found" role="status">
            {query.isFetchingNextPage ? t.loadingMore : t.loaded(count(rows.length), query.hasNextPage)}
            {query.isFetchNextPageError && (
              <Button size="small" type="link" onClick={() => void query.fetchNextPage()}>
                {t.moreFailed} · {t.again}
              </Button>
            )}
          </span>
        )}
      </div>
      <section className="panel rows">{body}</section>
    </>
  );
}

interface ShownRows<R> {
  label: string;
  rows: readonly R[];
  columns: readonly Column<R>[];
  rowKey: (row: R) => string;
  more: (() => void) | undefined;
}

/** Only the rows in sight are in the page; the rest is room above and below. */
function Table<R>({ label, rows, columns, rowKey, more, sort, onSort }: ShownRows<R> & { sort: string; onSort: (sort: string | undefined) => void }) {
  const t = useTexts(words);
  const scroller = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 900 });

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const look = () => setView({ top: element.scrollTop, height: element.clientHeight });
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, []);

  const first = Math.max(0, Math.floor(view.top / ROW) - SPARE);
  const last = Math.min(rows.length, Math.ceil((view.top + view.height) / ROW) + SPARE);
  useEffect(() => {
    if (more && last > rows.length - 2 * SPARE) more();
  }, [more, last, rows.length]);

  const next = (column: Column<R>) => (sort === column.key ? `-${column.key}` : sort === `-${column.key}` ? undefined : column.key);
  const order = (column: Column<R>) => (sort === column.key ? 'ascending' : sort === `-${column.key}` ? 'descending' : 'none');
  const least = columns.reduce((sum, column) => sum + (column.width ?? 160), 0);

  return (
    <div className="rows-scroll" ref={scroller} tabIndex={0} role="region" aria-label={label}>
      <table style={{ minWidth: least }} aria-rowcount={rows.length + 1}>
        <colgroup>
          {columns.map(column => (
            <col key={column.key} style={column.width === undefined ? undefined : { width: column.width }} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map(column => (
              <th key={column.key} scope="col" className={column.align} aria-sort={column.sort ? order(column) : undefined}>
                {column.sort ? (
                  <button type="button" title={t.sort(column.title)} onClick={() => onSort(next(column))}>
                    {column.title}
                    <span aria-hidden="true">{{ ascending: ' ↑', descending: ' ↓', none: '' }[order(column)]}</span>
                  </button>
                ) : (
                  column.title
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {first > 0 && (
            <tr className="pad" aria-hidden="true">
              <td colSpan={columns.length} style={{ height: first * ROW }} />
            </tr>
          )}
          {rows.slice(first, last).map((row, index) => (
            <tr key={rowKey(row)} aria-rowindex={first + index + 2}>
              {columns.map(column => (
                <td key={column.key} className={column.align}>
                  {column.render(row)}
                </td>
              ))}
            </tr>
          ))}
          {last < rows.length && (
            <tr className="pad" aria-hidden="true">
              <td colSpan={columns.length} style={{ height: (rows.length - last) * ROW }} />
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}

function Cards<R>({ label, rows, columns, rowKey, more }: ShownRows<R>) {
  const end = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (!end.current || !more) return;
    const observer = new IntersectionObserver(entries => entries.some(entry => entry.isIntersecting) && more(), { rootMargin: '600px' });
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [more]);
  const title = columns.find(column => column.phone === 'title') ?? columns[0];
  const atEnd = columns.find(column => column.phone === 'end');
  const rest = columns.filter(column => column !== title && column !== atEnd && column.phone !== 'none');
  return (
    <ul className="cards" aria-label={label}>
      {rows.map(row => (
        <li key={rowKey(row)}>
          <div className="line">
            <div>{title?.render(row)}</div>
            {atEnd && <div>{atEnd.render(row)}</div>}
          </div>
          <div className="rest">
            {rest.map(column => (
              <span key={column.key}>{column.render(row)}</span>
            ))}
          </div>
        </li>
      ))}
      <li ref={end} hidden={!more} aria-hidden="true" />
    </ul>
  );
}
