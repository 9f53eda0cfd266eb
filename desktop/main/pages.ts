import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Electron } from './electron.ts';

const types: Readonly<Record<string, string>> = { '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.map': 'application/json', '.ttf': 'font/ttf', '.svg': 'image/svg+xml', '.txt': 'text/plain; charset=utf-8' };
const forwarded = /^\/(?:api\/|health$|readyz$|livez$|openapi\.json$|docs$)/;
/** Of the connection between page and shell, or the shell's own to say. */
const notForwarded = new Set(['authorization', 'connection', 'content-length', 'cookie', 'host', 'origin', 'referer', 'sec-fetch-dest', 'sec-fetch-mode', 'sec-fetch-site', 'transfer-encoding']);

/** Where requests of the page go now; `storage`: origins. */
export interface Target { address: string; storage: readonly string[]; token(): string | null }

/**
 * All that the page can load: its own files, and the API of the connected server, to which the shell adds the token. The page holds no token and
 * knows no server.
 */
export function pageHandler({ folder, net, target }: { folder: string; net: Electron['net']; target: () => Target | null }): (request: Request) => Promise<Response> {
  return async (request) => {
    const { host, pathname, search } = new URL(request.url);
    if (host !== 'zerosec') return nothing();
    if (forwarded.test(pathname)) return forwardToServer(request, `${pathname}${search}`, target(), net);
    if (pathname === '/storage') return forwardToStorage(request, new URLSearchParams(search).get('to') ?? '', target(), net);
    if (request.method !== 'GET') return nothing();
    if (pathname === '/') return page(await readFile(join(folder, 'index.html')), 'text/html; charset=utf-8', { 'Content-Security-Policy': policy, 'Cache-Control': 'no-cache' });
    // the pattern leaves no room for a way out of the folder
    const asset = /^\/assets\/((?:fonts\/)?[\w-][\w.-]*)$/.exec(pathname)?.[1];
    const type = asset === undefined ? undefined : types[extname(asset)];
    if (asset === undefined || type === undefined) return nothing();
    const bytes = await readFile(join(folder, 'assets', asset)).catch(() => undefined);
    return bytes === undefined ? nothing() : page(bytes, type, {});
  };
}

/** Our own files and nothing else: what lies elsewhere comes through the shell. No inline code, no eval, no frame. */
export const policy = [
  "default-src 'none'", "script-src 'self'", "style-src 'self'", "font-src 'self'", "img-src 'self' blob: data:", "connect-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'", "object-src 'none'",
].join('; ');

/** Where a server keeps files, as the policy of its own page says. Only plain origins of https, or of this computer, are taken. */
export function storageOf(policy: string): string[] {
  const sources = /(?:^|;)\s*connect-src\s+([^;]*)/.exec(policy)?.[1]?.split(/\s+/) ?? [];
  return sources.filter((source) => {
    const parsed = URL.parse(source);
    return parsed !== null && parsed.origin === source && !source.includes('*') && (parsed.protocol === 'https:' || (parsed.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(parsed.hostname)));
  });
}

function page(bytes: Buffer, type: string, headers: Record<string, string>): Response {
  return new Response(new Uint8Array(bytes), { headers: { 'Content-Type': type, 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer', 'Cross-Origin-Opener-Policy': 'same-origin', ...headers } });
}

async function forwardToServer(request: Request, path: string, target: Target | null, net: Electron['net']): Promise<Response> {
  if (target === null) return problem('backend_starting', 503);
  const headers = headersOf(request);
  const token = target.token();
  if (token !== null) headers.set('Authorization', `Bearer ${token}`);
  return forward(`${target.address}${path}`, request, headers, net);
}

/** To an address that the storage signed: only where the server said that its storage is, and without the token, which is none of its business. */
async function forwardToStorage(request: Request, to: string, target: Target | null, net: Electron['net']): Promise<Response> {
  const origin = URL.parse(to)?.origin;
  if (origin === undefined || target?.storage.includes(origin) !== true || !['GET', 'PUT'].includes(request.method)) return nothing();
  return forward(to, request, headersOf(request), net);
}

function headersOf(request: Request): Headers {
  return new Headers([...request.headers].filter(([name]) => !notForwarded.has(name.toLowerCase())));
}

async function forward(to: string, request: Request, headers: Headers, net: Electron['net']): Promise<Response> {
  try {
    // whole, because storages want the length before the body; a redirect could carry the token elsewhere
    const body = request.body === null ? {} : { body: await request.arrayBuffer() };
    return await net.fetch(to, { method: request.method, headers, redirect: 'manual', signal: request.signal, ...body });
  } catch {
    return problem('backend_unreachable', 503);
  }
}

function problem(code: string, status: number): Response {
  return new Response(JSON.stringify({ type: 'about:blank', title: code, status, code, error: code, message: code, details: {} }), { status, headers: { 'Content-Type': 'application/problem+json', 'Retry-After': '1' } });
}

function nothing(): Response {
  return new Response('', { status: 404 });
}
