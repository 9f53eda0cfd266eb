import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type Koa from 'koa';
import type { Config } from '../../platform/index.ts';

/** Where scripts/build-desktop.ts puts the web app. */
export const pagesFolder = join(import.meta.dirname, '../../build/desktop');

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.map': 'application/json', '.ttf': 'font/ttf', '.svg': 'image/svg+xml', '.txt': 'text/plain; charset=utf-8',
};

/**
 * The web app: `/` and `/assets/…`, outside the API and its limits. Names of assets carry a hash of their content (fonts never change), so
 * they may be kept for ever. Without a build these paths are as unknown as any other.
 */
export function servePages(config: Config, folder = pagesFolder): Koa.Middleware {
  const policy = policyOf(config);
  return async (ctx, next) => {
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') return next() as Promise<unknown>;
    if (ctx.path === '/') {
      const html = await readFile(join(folder, 'index.html')).catch(() => undefined);
      if (html === undefined) return next() as Promise<unknown>;
      ctx.set({ 'Content-Security-Policy': policy, 'Cache-Control': 'no-cache' });
      ctx.type = 'text/html; charset=utf-8';
      ctx.body = html;
      return;
    }
    // the pattern leaves no room for a way out of the folder
    const asset = /^\/assets\/((?:fonts\/)?[\w-][\w.-]*)$/.exec(ctx.path)?.[1];
    const type = asset === undefined ? undefined : types[extname(asset)];
    if (asset === undefined || type === undefined) return next() as Promise<unknown>;
    const path = join(folder, 'assets', asset);
    const found = await stat(path).catch(() => undefined);
    if (found === undefined || !found.isFile()) return next() as Promise<unknown>;
    ctx.set('Cache-Control', 'public, max-age=31536000, immutable');
    ctx.type = type;
    ctx.length = found.size;
    ctx.body = ctx.method === 'HEAD' ? null : createReadStream(path);
  };
}

/** Nothing but our own files; further connections only to the storage, whose addresses are signed by us. No inline code, no eval. */
function policyOf(config: Config): string {
  const storage = storageOrigins(config).join(' ');
  return [
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "font-src 'self'", "img-src 'self' blob: data:", `connect-src 'self' ${storage}`,
    "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
  ].join('; ');
}

function storageOrigins(config: Config): string[] {
  const endpoint = config.S3_PUBLIC_ENDPOINT ?? config.S3_ENDPOINT;
  const buckets = [...new Set([config.S3_INPUTS_BUCKET, config.S3_OUTPUTS_BUCKET])];
  const base = new URL(endpoint ?? `https://s3.${config.S3_REGION}.amazonaws.com`);
  return config.S3_FORCE_PATH_STYLE ? [base.origin] : buckets.map((bucket) => `${base.protocol}//${bucket}.${base.host}`);
}
