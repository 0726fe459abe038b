/**
 * A partner system's integration with Qudao, with Node 20 alone.
 *
 *     node integration.js sales.csv cursor.txt
 *
 * Lists the partners, reports the sales of a file, and reads what has happened since the last run.
 * Settings: QUDAO_URL, and QUDAO_CLIENT_ID with QUDAO_CLIENT_SECRET, or QUDAO_API_KEY.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

interface Partner { name: string; displayName: string }
interface SalesLine { partner: string; day: string; productCode: string; quantity: string }
interface QudaoEvent { id: string; type: string; data: unknown }
interface Problem { reason?: string; detail?: string; violations?: { field: string; message: string }[] }
interface Call { body?: unknown; query?: Record<string, string> }

const url = setting('QUDAO_URL');
const pageSize = process.env['QUDAO_PAGE_SIZE'] ?? '200';
const eventsAtOnce = '1000';
const linesAtOnce = 1000;
const tries = 6;

/** An answer of 4xx or 5xx. */
class Refused extends Error {
  constructor(readonly status: number, readonly problem: Problem, readonly retryAfter: number) {
    super(`${status} ${problem.reason}: ${problem.detail} ${JSON.stringify(problem.violations ?? '')}`);
  }
}

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set.`);
  return value;
}

/** Calls once; a write that may be tried again carries its requestId in the body. */
async function call<T>(method: string, path: string, authorization: string, { body, query }: Call = {}): Promise<T> {
  const form = body instanceof URLSearchParams;
  const answer = await fetch(`${url}${path}${query ? `?${new URLSearchParams(query)}` : ''}`, {
    method,
    headers: { authorization, 'accept-language': 'en', ...(body === undefined || form ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: form ? body : JSON.stringify(body) }),
    signal: AbortSignal.timeout(60_000),
  });
  const text = await answer.text();
  if (answer.ok) return JSON.parse(text) as T;
  const problem = text.startsWith('{') ? (JSON.parse(text) as Problem) : { detail: text };
  throw new Refused(answer.status, problem, Number(answer.headers.get('retry-after') ?? 0));
}

/** Calls, and tries again what may succeed later: no answer, too many requests, a house that restarts. */
async function patiently<T>(...request: Parameters<typeof call>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await call<T>(...request);
    } catch (error) {
      const refused = error instanceof Refused ? error : undefined;
      const hopeless = refused !== undefined && ![429, 502, 503, 504].includes(refused.status);
      if (hopeless || attempt === tries - 1) throw error;
      await sleep(Math.max(200 * 2 ** attempt, 1000 * (refused?.retryAfter ?? 0)));
    }
  }
}

/** What goes into the header Authorization: the key as it is, or a token for an hour (OAuth 2.0 client credentials). */
async function signIn(): Promise<string> {
  const key = process.env['QUDAO_API_KEY'];
  if (key !== undefined) return `Bearer ${key}`;
  const client = `${setting('QUDAO_CLIENT_ID')}:${setting('QUDAO_CLIENT_SECRET')}`;
  const body = new URLSearchParams({ grant_type: 'client_credentials' });
  const granted = await patiently<{ access_token: string }>('POST', '/oauth2/token', `Basic ${Buffer.from(client).toString('base64')}`, { body });
  return `Bearer ${granted.access_token}`;
}

/** All partners in the client's place, page after page. */
async function* listPartners(token: string): AsyncGenerator<Partner> {
  for (let pageToken = ''; ;) {
    const page = await patiently<{ partners: Partner[]; nextPageToken: string }>('GET', '/v1/partners', token, { query: { pageSize, pageToken } });
    yield* page.partners;
    pageToken = page.nextPageToken;
    if (pageToken === '') return;
  }
}

async function readLines(file: string): Promise<SalesLine[]> {
  const [, ...rows] = (await readFile(file, 'utf8')).trim().split(/\r?\n/);
  return rows.map((row) => {
    const [partner = '', day = '', productCode = '', quantity = ''] = row.split(',');
    return { partner, day, productCode, quantity };
  });
}

/** Reports every line. The requestId is made from the lines: sent again, even after a crash, they count once. */
async function reportSales(token: string, file: string): Promise<number> {
  const all = await readLines(file);
  let created = 0;
  for (let start = 0; start < all.length; start += linesAtOnce) {
    const lines = all.slice(start, start + linesAtOnce);
    const requestId = createHash('sha256').update(JSON.stringify(lines)).digest('hex');
    const answer = await patiently<{ created: number }>('POST', '/v1/dailySales:report', token, { body: { lines, requestId } });
    created += answer.created;
  }
  return created;
}

/** What has happened since the cursor. It is stored after what it stands for was dealt with, so nothing is lost. */
async function* followEvents(token: string, cursorFile: string): AsyncGenerator<QudaoEvent> {
  let pageToken = existsSync(cursorFile) ? await readFile(cursorFile, 'utf8') : '';
  for (;;) {
    let page: { events: QudaoEvent[]; nextPageToken: string };
    try {
      page = await patiently('GET', '/v1/events', token, { query: { pageSize: eventsAtOnce, pageToken } });
    } catch (error) {
      if (!(error instanceof Refused) || error.problem.reason !== 'CURSOR_EXPIRED') throw error;
      pageToken = ''; // Away for longer than events are kept: read everything anew, then begin with the oldest.
      continue;
    }
    yield* page.events;
    pageToken = page.nextPageToken;
    await writeFile(`${cursorFile}.new`, pageToken);
    await rename(`${cursorFile}.new`, cursorFile);
    if (page.events.length === 0) return;
  }
}

const [salesFile = 'sales.csv', cursorFile = 'cursor.txt'] = process.argv.slice(2);
const token = await signIn();
const partners: string[] = [];
for await (const partner of listPartners(token)) partners.push(partner.name);
const created = await reportSales(token, salesFile);
const events: string[] = [];
for await (const event of followEvents(token, cursorFile)) events.push(event.id);
console.log(JSON.stringify({ partners, created, events }));
