import type { z } from 'zod';
import type { Role } from '../api/access.ts';
import type { ProblemCode } from './problems.ts';

export interface OperationAnswer {
  description: string;
  schema?: z.ZodType;
  /** Default application/json */
  contentType?: string;
  headers?: z.ZodObject;
  example?: unknown;
}

/**
 * One endpoint, declared once: the server routes and validates by it, the OpenAPI document and the reference are made from it.
 */
export interface Operation {
  method: 'get' | 'post' | 'delete';
  /** `/jobs/{job_id}`; below `/api/{version}` unless `atRoot` */
  path: string;
  /** true: served without the prefix as well (probes, documents) */
  atRoot?: boolean;
  operationId: string;
  tag: 'jobs' | 'uploads' | 'results' | 'operations' | 'admin';
  /** the least role that it takes; undefined: no token is asked for */
  role?: Role;
  summary: string;
  description?: string;
  params?: z.ZodObject;
  query?: z.ZodObject;
  headers?: z.ZodObject;
  body?: z.ZodType;
  bodyExample?: unknown;
  answers: Readonly<Record<number, OperationAnswer>>;
  /** Codes beyond those that every operation can answer with */
  problems: readonly ProblemCode[];
}

/** Codes that any operation below the prefix can answer with. */
export const commonProblems = ['malformed_request', 'rate_limited', 'internal_error', 'database_unavailable'] as const satisfies readonly ProblemCode[];

/** Codes of an operation that asks for a token, where the server wants one. */
export const accessProblems = ['unauthenticated', 'invalid_token', 'token_expired', 'forbidden', 'out_of_scope', 'no_role', 'unknown_tenant', 'identity_provider_unavailable'] as const satisfies readonly ProblemCode[];

/** Codes that come with a JSON body. */
export const bodyProblems = ['malformed_json', 'body_too_large', 'unsupported_media_type', 'invalid_value', 'unknown_name', 'unknown_name_nearest', 'invalid_text', 'too_deep'] as const satisfies readonly ProblemCode[];

/** Every code of an operation, each once. */
export function problemsOf(operation: Operation): ProblemCode[] {
  return [...new Set<ProblemCode>([
    ...operation.problems,
    ...(operation.params ? ['invalid_id'] as const : []),
    ...(operation.query ? ['invalid_value', 'unknown_name', 'unknown_name_nearest'] as const : []),
    ...(operation.body ? bodyProblems : []),
    ...(operation.role === undefined ? [] : accessProblems),
    ...(operation.atRoot ? [] : commonProblems),
  ])];
}
