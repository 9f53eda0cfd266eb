import type { Context } from 'koa';
import type { NewAuditEntry, TenantPlatform } from '../../platform/index.ts';
import type { Identity } from '../auth/index.ts';
import { networkOf } from '../auth/index.ts';
import type { Answer, Route } from './call.ts';
import type { RequestState } from './middleware.ts';

/** Fields that name what a request was about, in answers and bodies. */
const named = ['job_id', 'upload_id', 'key_id'] as const;

/** Writes down who did what: once the work is done, before the answer leaves. Requests that only read are not written down. */
export async function auditDone(ctx: Context, route: Route, identity: Identity, platform: TenantPlatform, answer: Answer): Promise<void> {
  if (route.method === 'get') return;
  await platform.audit.append(entryOf(ctx, route, identity, answer.status ?? 200, answer.audit?.object ?? objectOf(ctx, answer), answer.audit?.details ?? {}));
}

/** A refusal for want of a role or scope, whatever was asked for. */
export async function auditRefusal(ctx: Context, route: Route, identity: Identity, platform: TenantPlatform, code: string): Promise<void> {
  await platform.audit.append(entryOf(ctx, route, identity, 403, objectOf(ctx, {}), { code }));
}

function entryOf(ctx: Context, route: Route, identity: Identity, status: number, object: string | null, details: Record<string, unknown>): NewAuditEntry {
  return { actor: identity.principal, role: identity.role, action: route.operationId, object, status, ip: networkOf(ctx.ip), request_id: (ctx.state as RequestState).requestId, details };
}

function objectOf(ctx: Context, answer: Answer): string | null {
  const params = (ctx as unknown as { params?: Record<string, unknown> }).params ?? {};
  const body = typeof answer.body === 'object' && answer.body !== null ? answer.body as Record<string, unknown> : {};
  const request = (ctx.request.body ?? {}) as Record<string, unknown>;
  for (const source of [params, body, request]) {
    for (const name of named) if (typeof source[name] === 'string') return source[name];
  }
  return null;
}
