import type { Context } from 'koa';
import type { z } from 'zod';
import type { Language } from '../../schemas/index.ts';
import type { Operation } from '../../schemas/openapi/index.ts';
import type { Logger } from '../../platform/index.ts';
import type { Identity } from '../auth/index.ts';
import type { TenantServices } from '../services.ts';
import type { Trace } from './trace.ts';

/** A request, checked against its operation. */
export interface Call<Params = unknown, Query = unknown, Body = unknown> {
  params: Params;
  query: Query;
  body: Body;
  identity: Identity;
  language: Language;
  requestId: string;
  trace: Trace;
  log: Logger;
  /** `platform` is the caller's tenant's */
  services: TenantServices;
  ctx: Context;
}

export interface Answer {
  /** Default 200 */
  status?: number;
  /** JSON unless `type` says otherwise; undefined: none */
  body?: unknown;
  type?: string;
  headers?: Readonly<Record<string, string>>;
  /** what the audit log says beside the operation; default: the id in path, answer or body */
  audit?: { object?: string; details?: Record<string, unknown> };
}

type Out<S> = S extends z.ZodType ? z.infer<S> : undefined;

export interface RouteDefinition<P extends z.ZodObject | undefined, Q extends z.ZodObject | undefined, B extends z.ZodType | undefined> extends Operation {
  params?: P & z.ZodObject;
  query?: Q & z.ZodObject;
  body?: B & z.ZodType;
  handle(call: Call<Out<P>, Out<Q>, Out<B>>): Promise<Answer>;
}

export interface Route extends Operation {
  handle(call: Call): Promise<Answer>;
}

/** Declares an endpoint: what is documented is what is checked and served. */
export function route<P extends z.ZodObject | undefined = undefined, Q extends z.ZodObject | undefined = undefined, B extends z.ZodType | undefined = undefined>(definition: RouteDefinition<P, Q, B>): Route {
  return definition;
}
