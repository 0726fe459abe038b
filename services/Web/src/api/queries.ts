import { QueryClient, useQuery, type QueryKey } from '@tanstack/react-query';
import { onBackAgain } from './connection';
import { CallFailed } from './problem';

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // Qudao answers from beside, whatever the browser thinks of the internet.
      networkMode: 'always',
      staleTime: 15_000,
      retry: false,
    },
    mutations: { networkMode: 'always', retry: false },
  },
});

// What could not be loaded while the server was away is loaded when it is back.
onBackAgain(() => void queries.invalidateQueries());

/** Loads something for a screen; shown again from memory, and asked for anew when it is old. */
export function useLoad<T>(key: QueryKey, load: (signal: AbortSignal) => Promise<T>, options: { enabled?: boolean; refetchInterval?: number; keep?: boolean } = {}) {
  return useQuery<T, CallFailed>({
    queryKey: key,
    queryFn: ({ signal }) => load(signal),
    enabled: options.enabled ?? true,
    refetchInterval: options.refetchInterval ?? false,
    placeholderData: options.keep ? (previous: T | undefined) => previous : undefined,
  } as Parameters<typeof useQuery<T, CallFailed>>[0]);
}
