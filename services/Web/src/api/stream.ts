import { useEffect, useState } from 'react';
import { askRaw } from './client';
import { useSession } from './session';

const AGAIN_MS = 2000;

/** Follows a stream of the API, one JSON object per line; asks again when it ends or the server was away. */
export function useStream<T>(path: string): { latest: T | undefined; live: boolean } {
  const { token, expired } = useSession();
  const [latest, setLatest] = useState<T>();
  const [live, setLive] = useState(false);

  useEffect(() => {
    if (expired) return;
    const stop = new AbortController();
    const follow = async () => {
      while (!stop.signal.aborted) {
        try {
          const answer = await askRaw(path, { signal: stop.signal });
          setLive(true);
          await readLines(answer.body!, line => setLatest(JSON.parse(line) as T));
        } catch {
          if (stop.signal.aborted) return;
          setLive(false);
          await new Promise(resolve => setTimeout(resolve, AGAIN_MS));
        }
      }
    };
    void follow();
    return () => stop.abort();
  }, [path, token, expired]);

  return { latest, live };
}

async function readLines(body: ReadableStream<Uint8Array>, heard: (line: string) => void) {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + value).split('\n');
    rest = lines.pop() ?? '';
    lines.filter(line => line.trim() !== '').forEach(heard);
  }
}
