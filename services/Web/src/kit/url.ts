import { useCallback } from 'react';
import { useSearchParams } from 'react-router';

/** What a screen is filtered by, kept in the address: a link shows another person the same, and back goes back. */
export function useFilters<K extends string>(...names: readonly K[]): [Record<K, string>, (change: Partial<Record<K, string | undefined>>) => void] {
  const [search, setSearch] = useSearchParams();
  const filters = Object.fromEntries(names.map(name => [name, search.get(name) ?? ''])) as Record<K, string>;
  const change = useCallback(
    (next: Partial<Record<K, string | undefined>>) =>
      setSearch(
        before => {
          const after = new URLSearchParams(before);
          for (const [name, value] of Object.entries(next) as [string, string | undefined][]) {
            if (value) after.set(name, value);
            else after.delete(name);
          }
          return after;
        },
        { replace: true },
      ),
    [setSearch],
  );
  return [filters, change];
}
