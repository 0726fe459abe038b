import createClient from 'openapi-fetch';
import { currentLang } from '../kit/settings';
import { heardFromServer, serverIsAway } from './connection';
import { CallFailed, type Problem } from './problem';
import type { components, paths } from './schema';
import { session } from './session';

export type Schemas = components['schemas'];

/** Every call of the API, typed by its OpenAPI document. */
export const api = createClient<paths>({
  baseUrl: '/',
  fetch: async request => {
    try {
      return await fetch(request);
    } catch (fault) {
      if (request.signal.aborted) throw fault;
      serverIsAway();
      throw new CallFailed(0, undefined, String(fault));
    }
  },
});

/** What every call carries. */
export function headers(): Record<string, string> {
  const token = session.token();
  return { 'Accept-Language': currentLang(), ...(token === null ? {} : { Authorization: `Bearer ${token}` }) };
}

api.use({
  onRequest({ request, schemaPath }) {
    for (const [name, value] of Object.entries(headers())) request.headers.set(name, value);
    // Who signs in again would else be refused for the session that has ended.
    if (schemaPath === '/v1/sessions' && request.method === 'POST') request.headers.delete('Authorization');
    return request;
  },
});

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The answer's content, or CallFailed. */
export async function ask<T>(call: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await call;
  if (response.ok) {
    heardFromServer();
    return data as T;
  }
  throw failed(response, error);
}

function failed(response: Response, error: unknown): CallFailed {
  const problem = typeof error === 'object' && error !== null && 'reason' in error ? (error as Problem) : undefined;
  const failure = new CallFailed(response.status, problem, problem?.detail ?? response.statusText);
  if (failure.isUnreachable) serverIsAway();
  else heardFromServer();
  if (failure.isSignedOut && problem?.reason !== 'WRONG_CREDENTIALS') session.expire();
  return failure;
}

/** A call outside of the typed client, such as one that sends or gets a file; CallFailed when it fails. */
export async function askRaw(path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, headers: { ...headers(), ...(init.headers as Record<string, string> | undefined) } });
  } catch (fault) {
    if (init.signal?.aborted) throw fault;
    serverIsAway();
    throw new CallFailed(0, undefined, String(fault));
  }
  if (response.ok) return response;
  throw failed(response, await response.json().catch(() => undefined));
}

/** Gets a file and hands it to the browser to keep. */
export async function download(path: string, fallbackName: string): Promise<void> {
  const response = await askRaw(path);
  const said = /filename\*=UTF-8''([^;]+)/i.exec(response.headers.get('Content-Disposition') ?? '')?.[1];
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await response.blob());
  link.download = said === undefined ? fallbackName : decodeURIComponent(said);
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** The same id for every try of one intention: a repeated click or a retry does it once. */
export const newRequestId = () => crypto.randomUUID();
