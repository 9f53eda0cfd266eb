import Router from '@koa/router';
import type Koa from 'koa';
import type { Context } from 'koa';
import type { z } from 'zod';
import { Fault, FaultList, faultsOf, type Language } from '../../schemas/index.ts';
import { checkAccess, type Authenticator } from '../auth/index.ts';
import { invalidFilename } from '../filename.ts';
import { createRateLimit } from '../limits.ts';
import type { Services, TenantServices } from '../services.ts';
import { auditDone, auditRefusal } from './audit.ts';
import { createBodyReader, type BodyReader } from './body.ts';
import type { Answer, Call, Route } from './call.ts';
import { wordingOf } from './language.ts';
import type { RequestState } from './middleware.ts';

/**
 * Serves the routes below the prefix, those at the root there too; anything else is a typed 404 or 405. Each request is told
 * who it is from, whether he may, and which tenant's rows it can see: here and nowhere else.
 */
export function mountRoutes(app: Koa, services: Services, routes: readonly Route[], authenticator: Authenticator): void {
  const router = new Router({ strict: true });
  const limit = createRateLimit(services.platform.config);
  const bodies = createBodyReader(services.platform.config.MAX_BODY_KB);
  for (const route of routes) {
    const pattern = route.path.replace(/\{(\w+)\}/g, ':$1');
    const paths = [services.prefix + pattern, ...(route.atRoot ? [pattern] : [])];
    const { role } = route;
    router.register(paths, [route.method], async (ctx: Context) => {
      const state = ctx.state as RequestState;
      state.route = route.path;
      if (role !== undefined) {
        const address = state.identity.principal;
        state.identity = await authenticator.identify(ctx).catch(async (error: unknown) => {
          await limit.take(address); // whoever guesses pays with his address
          throw error;
        });
      }
      if (!route.atRoot) await limit.take(state.identity.principal);
      const { identity } = state;
      const platform = services.platform.forTenant(identity.tenant);
      if (role !== undefined) {
        try {
          checkAccess(identity, route, role);
        } catch (error) {
          await auditRefusal(ctx, route, identity, platform, (error as Fault).code);
          throw error;
        }
      }
      const answer = await route.handle(await callOf(ctx, route, { ...services, platform }, bodies));
      await auditDone(ctx, route, identity, platform, answer);
      respond(ctx, answer);
    });
  }
  app.use(router.routes() as unknown as Koa.Middleware);
  app.use(async (ctx) => {
    await limit.take((ctx.state as RequestState).identity.principal);
    const allowed = allowedMethods(router, ctx.path);
    if (allowed.length === 0) throw new Fault('unknown_path', `${ctx.path.slice(0, 200)} does not exist`, { values: { path: ctx.path.slice(0, 200) } });
    ctx.set('Allow', allowed.join(', '));
    if (ctx.method === 'OPTIONS') {
      ctx.status = 204;
      return;
    }
    throw new Fault('method_not_allowed', `${ctx.method} is not possible here`, { values: { method: ctx.method, allowed } });
  });
}

function allowedMethods(router: Pick<Router, 'match'>, path: string): string[] {
  const methods = router.match(path, 'OPTIONS').path.flatMap((layer) => layer.methods);
  return methods.length === 0 ? [] : [...new Set([...methods, 'OPTIONS'])].sort();
}

async function callOf(ctx: Context, route: Route, services: TenantServices, bodies: BodyReader): Promise<Call> {
  const { requestId, trace, language, identity } = ctx.state as RequestState;
  const params = paramsOf(ctx, route);
  const query = route.query === undefined ? undefined : check(route.query, { ...ctx.query }, language, '');
  const body = route.body === undefined ? undefined : check(route.body, await bodies.read(ctx), language, '');
  return { params, query, body, identity, language, requestId, trace, services, ctx, log: services.log.child({ request_id: requestId, trace_id: trace.traceId }) };
}

function paramsOf(ctx: Context, route: Route): unknown {
  if (route.params === undefined) return undefined;
  const parsed = route.params.safeParse((ctx as unknown as { params: unknown }).params);
  if (parsed.success) return parsed.data;
  const field = String(parsed.error.issues[0]?.path[0] ?? 'id');
  throw new Fault('invalid_id', `Invalid ${field} format`, { where: { field } });
}

/** @throws FaultList naming everything that is wrong, at once */
function check(schema: z.ZodType, value: unknown, language: Language, root: string): unknown {
  const parsed = schema.safeParse(value, { error: wordingOf(language) });
  if (parsed.success) return parsed.data;
  throw new FaultList(faultsOf(parsed.error, schema, root).map((fault) => filenameFault(fault, value) ?? fault));
}

/** A file name that is empty or too long is told like every other bad file name. */
function filenameFault(fault: Fault, value: unknown): Fault | undefined {
  const name = fault.where.field === 'filename' ? (value as { filename?: unknown }).filename : undefined;
  return typeof name === 'string' ? invalidFilename(name === '' ? 'no_name' : 'too_long') : undefined;
}

function respond(ctx: Context, answer: Answer): void {
  ctx.set({ 'Cache-Control': 'no-store', ...answer.headers });
  ctx.status = answer.status ?? 200;
  ctx.vary('Accept-Language');
  if (answer.body === undefined) {
    ctx.body = null;
    ctx.status = answer.status ?? 204;
    return;
  }
  ctx.body = answer.type === undefined ? JSON.stringify(answer.body) : answer.body;
  ctx.type = answer.type ?? 'application/json';
  ctx.status = answer.status ?? 200;
  if (isKnown(ctx.get('if-none-match'), ctx.response.get('etag'))) {
    ctx.body = null;
    ctx.status = 304;
  }
}

/** Not ctx.fresh: fetch sends `Cache-Control: no-cache` beside every If-None-Match, which would undo it. */
function isKnown(asked: string, etag: string): boolean {
  return etag !== '' && asked.split(',').some((candidate) => candidate.trim().replace(/^W\//, '') === etag);
}
