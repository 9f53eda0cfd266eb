import { randomUUID } from 'node:crypto';
import cors from '@koa/cors';
import type Koa from 'koa';
import helmet from 'koa-helmet';
import type { Language } from '../../schemas/index.ts';
import { untraced } from '../../platform/index.ts';
import { addressIdentity, type Identity } from '../auth/index.ts';
import type { Services } from '../services.ts';
import { languageOf } from './language.ts';
import { problemOf } from './problem.ts';
import { traceOf, type Trace } from './trace.ts';

/** What the middleware found out about a request; `ctx.state`. */
export interface RequestState {
  requestId: string;
  trace: Trace;
  language: Language;
  /** the address, until authentication says who it is */
  identity: Identity;
  /** pattern of the matched route, for metrics */
  route?: string;
}

/** In this order: name and log the request, security headers, CORS, errors as problems. */
export function applyMiddleware(app: Koa, services: Services): void {
  app.use(observe(services));
  app.use(helmet({
    contentSecurityPolicy: { useDefaults: false, directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] } },
    // a browser may read answers of another origin where CORS_ORIGINS says so
    crossOriginResourcePolicy: { policy: 'cross-origin' },
  }));
  app.use(corsOf(services.platform.config.CORS_ORIGINS));
  app.use(problems(services));
}

function observe(services: Services): Koa.Middleware {
  return async (ctx, next) => {
    const start = performance.now();
    const given = ctx.get('x-request-id');
    const caller = ctx.get('traceparent');
    const tracing = isProbe(ctx.path) ? untraced : services.tracing;
    const span = tracing.begin(known(ctx.method), 'server', caller === '' ? null : caller, { 'http.request.method': known(ctx.method) });
    const trace = traceOf(caller, span);
    const state: RequestState = { requestId: /^[\w.-]{1,64}$/.test(given) ? given : randomUUID(), trace, language: languageOf(ctx), identity: addressIdentity(ctx) };
    Object.assign(ctx.state, state);
    ctx.set('X-Request-Id', state.requestId);
    try {
      await next();
    } finally {
      const seconds = (performance.now() - start) / 1000;
      const { route = 'none', identity } = ctx.state as RequestState;
      services.metrics.observe({ method: known(ctx.method), route, status: ctx.status, seconds });
      span.rename(`${known(ctx.method)} ${route}`);
      span.set({ 'http.route': route, 'http.response.status_code': ctx.status, 'zerosec.tenant': identity.tenant });
      span.end(ctx.status >= 500 ? String(ctx.status) : undefined);
      services.log[isProbe(route) ? 'debug' : 'info']({ request_id: state.requestId, trace_id: trace.traceId, principal: identity.principal, tenant: identity.tenant, method: ctx.method, path: ctx.path.slice(0, 300), status: ctx.status, ms: Math.round(seconds * 1e4) / 10 }, 'request');
    }
  };
}

/** The list is the whole truth: no other origin is ever named, and credentials are never allowed (backend.md D11). */
function corsOf(origins: readonly string[]): Koa.Middleware {
  return cors({
    origin: (ctx) => (origins.includes('*') ? '*' : origins.includes(ctx.get('origin')) ? ctx.get('origin') : ''),
    credentials: false,
    allowMethods: ['GET', 'POST', 'DELETE'],
    allowHeaders: ['Accept-Language', 'Authorization', 'Content-Type', 'Idempotency-Key', 'If-None-Match', 'Last-Event-ID', 'Traceparent', 'X-Request-Id'],
    exposeHeaders: ['ETag', 'Idempotent-Replayed', 'Location', 'Retry-After', 'WWW-Authenticate', 'X-Request-Id'],
    maxAge: 600,
  });
}

function problems(services: Services): Koa.Middleware {
  return async (ctx, next) => {
    const { requestId, language, trace } = ctx.state as RequestState;
    try {
      await next();
    } catch (error) {
      const { body, headers, unexpected } = problemOf(error, { language, requestId, instance: ctx.path.slice(0, 300) });
      if (unexpected) services.log.error({ err: error, request_id: requestId, trace_id: trace.traceId }, 'unexpected error');
      else if (body.status >= 500) services.log.warn({ err: error, request_id: requestId, trace_id: trace.traceId }, 'something of ours is down');
      services.metrics.problem(body.code);
      ctx.status = body.status;
      ctx.set({ ...headers, 'Content-Language': language, 'Cache-Control': 'no-store' });
      if (body.status === 413) ctx.set('Connection', 'close'); // the rest of the body is not read
      ctx.vary('Accept-Language');
      ctx.body = JSON.stringify(body);
      ctx.type = 'application/problem+json';
    }
  };
}

function isProbe(path: string): boolean {
  return ['/livez', '/readyz', '/metrics', '/health'].includes(path);
}

/** A label must not grow with what clients think up. */
function known(method: string): string {
  return ['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS', 'PUT', 'PATCH'].includes(method) ? method : 'other';
}
