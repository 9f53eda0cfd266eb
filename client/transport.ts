import type { z } from 'zod';
import { Fault, type Language } from '../schemas/index.ts';
import { faultOfResponse, isPassing } from './problem.ts';

export interface TransportOptions {
  /** Address of the API, with or without /api/v1 */
  baseUrl: string;
  /** API key or access token; default: none. Sent to the API only, never to the storage. */
  token?: string;
  fetch?: typeof fetch;
  /** Language in which the server may phrase its messages; default ja */
  language?: Language;
  /** Patience for one answer, ms; default 30 000. Event streams, uploads and downloads are not concerned. */
  timeoutMs?: number;
  /** Further tries of a call that may be repeated; default 3 */
  maxRetries?: number;
  /** How an address that the storage signed is reached; default: as it stands. The desktop program goes there itself. */
  storageUrl?: (url: string) => string;
  /** Wait before the first further try, ms; doubles each time, with jitter; default 300 */
  backoffMs?: number;
}

export interface Call {
  method?: 'GET' | 'POST' | 'DELETE';
  /** below the address, e.g. /api/v1/jobs */
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
  /** `traceparent` of the action that this is a part of; see beginTrace */
  trace?: string;
  /** true when repeating the call does no harm; default: GET and DELETE */
  repeatable?: boolean;
  signal?: AbortSignal;
}

const longestWaitMs = 10_000;

/** Requests and their repetition. Every error that leaves is a Fault, or the reason of the caller's own signal. */
export class Transport {
  readonly baseUrl: string;
  readonly fetch: typeof fetch;
  readonly maxRetries: number;
  readonly storageUrl: (url: string) => string;
  readonly #language: Language;
  readonly #token: string | undefined;
  readonly #timeoutMs: number;
  readonly #backoffMs: number;

  constructor(options: TransportOptions) {
    this.baseUrl = options.baseUrl.replace(/\/+$/, '').replace(/\/api\/v1$/, '');
    // app: the desktop program's own scheme, behind which it calls the server
    if (!/^(?:https?|app):\/\/[^/]/.test(this.baseUrl)) throw new Fault('invalid_address', `${options.baseUrl} is not an http(s) address`, { values: { url: options.baseUrl } });
    // called without a receiver: a browser's fetch refuses any other `this`
    const given = options.fetch ?? globalThis.fetch;
    this.fetch = (input, init) => given(input, init);
    this.#token = options.token;
    this.#language = options.language ?? 'ja';
    this.#timeoutMs = options.timeoutMs ?? 30_000;
    this.maxRetries = options.maxRetries ?? 3;
    this.storageUrl = options.storageUrl ?? ((url) => url);
    this.#backoffMs = options.backoffMs ?? 300;
  }

  /** Calls and checks the answer against its schema. @throws Fault `unexpected_response` when it does not fit */
  async call<T>(schema: z.ZodType<T>, call: Call): Promise<T> {
    const text = await this.text(call);
    let body: unknown;
    try {
      body = text === '' ? undefined : JSON.parse(text);
    } catch {
      throw new Fault('unexpected_response', `${call.path}: the answer is not JSON`, { class: 'bug', values: { path: call.path } });
    }
    const parsed = schema.safeParse(body);
    if (!parsed.success) {
      const reason = parsed.error.issues.slice(0, 3).map((issue) => `${issue.path.map(String).join('.')}: ${issue.message}`).join('; ');
      throw new Fault('unexpected_response', `${call.path}: ${reason}`, { class: 'bug', values: { path: call.path, reason } });
    }
    return parsed.data;
  }

  /** Calls, repeating what may be repeated. @returns the body of a 2xx answer */
  async text(call: Call): Promise<string> {
    const repeatable = call.repeatable ?? (call.method !== 'POST');
    for (let attempt = 0; ; attempt += 1) {
      let fault: Fault;
      let retryAfterMs: number | undefined;
      try {
        const response = await this.#send(call);
        const text = await response.text();
        if (response.ok) return text;
        fault = faultOfResponse(response.status, text);
        if (!isPassing(response.status)) throw fault;
        retryAfterMs = secondsOf(response.headers.get('retry-after'));
      } catch (error) {
        call.signal?.throwIfAborted();
        fault = this.networkFault(error);
      }
      // 429 says that nothing was done, so even a call that may not be repeated may be
      const again = fault.class === 'transient' && (repeatable || fault.values['status'] === 429);
      if (!again || attempt >= this.maxRetries) throw fault;
      await this.pause(attempt, { signal: call.signal, atLeastMs: retryAfterMs });
    }
  }

  /** Headers that every request of ours carries. */
  headers(extra: Record<string, string> = {}): Record<string, string> {
    return { accept: 'application/json', 'accept-language': this.#language, ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }), ...extra };
  }

  /** Waits before try number `attempt` + 2: exponential with full jitter above one half, so that clients do not march in step. */
  async pause(attempt: number, options: { signal?: AbortSignal; atLeastMs?: number } = {}): Promise<void> {
    const step = Math.min(longestWaitMs, this.#backoffMs * 2 ** attempt);
    const wait = Math.max(step * (0.5 + Math.random() / 2), Math.min(options.atLeastMs ?? 0, longestWaitMs));
    await sleep(wait, options.signal);
  }

  /** What a failed fetch means. A Fault stays what it is. */
  networkFault(error: unknown): Fault {
    if (error instanceof Fault) return error;
    if ((error as Error).name === 'TimeoutError') {
      return new Fault('request_timeout', `${this.baseUrl} did not answer within ${this.#timeoutMs} ms`, { class: 'transient', cause: error, values: { url: this.baseUrl, seconds: Math.round(this.#timeoutMs / 1000) } });
    }
    return new Fault('server_unreachable', `${this.baseUrl} cannot be reached: ${reasonOf(error)}`, { class: 'transient', cause: error, values: { url: this.baseUrl, reason: reasonOf(error) } });
  }

  #send(call: Call): Promise<Response> {
    const timeout = AbortSignal.timeout(this.#timeoutMs);
    return this.fetch(this.baseUrl + call.path, {
      method: call.method ?? 'GET',
      headers: this.headers({ ...(call.body === undefined ? {} : { 'content-type': 'application/json' }), ...(call.trace === undefined ? {} : { traceparent: call.trace }), ...call.headers }),
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      signal: call.signal ? AbortSignal.any([call.signal, timeout]) : timeout,
    });
  }
}

/** Resolves after `ms`; rejects with the signal's reason when that comes first. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}

/** fetch says "fetch failed"; the reason stands in its cause. */
function reasonOf(error: unknown): string {
  const cause = (error as { cause?: unknown }).cause;
  const code = (cause as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : cause instanceof Error ? cause.message : String((error as Error).message);
}

function secondsOf(header: string | null): number | undefined {
  const seconds = Number(header);
  return header === null || !Number.isFinite(seconds) ? undefined : seconds * 1000;
}
