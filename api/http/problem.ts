import { isDatabaseUnavailable } from '../../platform/index.ts';
import { Fault, FaultList, type FaultValues, type Language, type Problem, type ProblemDetail } from '../../schemas/index.ts';
import { isProblemCode, problemKinds } from '../../schemas/openapi/index.ts';
import { textOf } from './language.ts';

export interface ProblemContext {
  language: Language;
  requestId: string;
  /** path of the request, without query */
  instance: string;
}

export interface ProblemAnswer {
  body: Problem;
  headers: Record<string, string>;
  /** true: nobody outside can mend it; to be logged whole */
  unexpected: boolean;
}

/** Wait that a client is told when something of ours is down, seconds. */
const outageSeconds = 2;

/** Any error as what a client may see of it: never a stack, a path or a statement. */
export function problemOf(error: unknown, context: ProblemContext): ProblemAnswer {
  const fault = faultOf(error, context);
  const faults = fault instanceof FaultList ? fault.faults : [fault];
  const errors = faults.map((one) => detailOf(one, context.language));
  const code = isProblemCode(fault.code) ? fault.code : 'internal_error';
  const { status, error: name } = problemKinds[code];
  const message = errors.map((detail) => detail.message).join('\n');
  const retryAfter = fault.values['seconds'] ?? (status === 503 ? outageSeconds : code === 'request_in_progress' ? 1 : undefined);
  const challenge: Record<string, string> = status === 401 ? { 'WWW-Authenticate': code === 'unauthenticated' ? 'Bearer realm="zerosec"' : 'Bearer realm="zerosec", error="invalid_token"' } : {};
  return {
    body: {
      type: `urn:zerosec:problem:${code}`, title: name, status, detail: message, instance: context.instance, code, errors,
      error: name, message, details: errors, timestamp: new Date().toISOString(), request_id: context.requestId,
    },
    headers: { ...challenge, ...(retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) }) },
    unexpected: status === 500,
  };
}

function faultOf(error: unknown, context: ProblemContext): Fault {
  if (error instanceof Fault && isProblemCode(error.code)) return error;
  if (isDatabaseUnavailable(error)) return new Fault('database_unavailable', 'the database cannot be reached', { class: 'transient' });
  if (isHttpError(error)) return new Fault('malformed_request', 'the request is malformed');
  return new Fault('internal_error', 'internal error', { class: 'bug', values: { request_id: context.requestId } });
}

/** Errors that Koa and its parts throw over a malformed request (a path that cannot be decoded …). */
function isHttpError(error: unknown): boolean {
  const { status, expose } = error as { status?: unknown; expose?: unknown };
  return error instanceof Error && expose === true && typeof status === 'number' && status >= 400 && status < 500;
}

function detailOf(fault: Fault, language: Language): ProblemDetail {
  const { where, code } = fault;
  const message = textOf(language, code, { ...where, ...fault.values }) ?? fault.message;
  return {
    code, message,
    ...(Object.keys(where).length > 0 ? { where } : {}),
    ...(Object.keys(fault.values).length > 0 ? { values: fault.values } : {}),
  };
}

/** The stored error of a job in the caller's language. */
export function jobErrorOf(error: ProblemDetail, jobId: string, language: Language): ProblemDetail {
  const values = { request_id: jobId, ...error.where, ...error.values } as FaultValues;
  const firstLine = error.message.split('\n', 1)[0] ?? '';
  return { ...error, message: textOf(language, error.code, values) ?? firstLine };
}
