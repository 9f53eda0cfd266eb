import { randomBytes } from 'node:crypto';
import { readTraceparent, type OpenSpan } from '../../platform/index.ts';

export interface Trace {
  traceId: string;
  /** W3C trace context of this request, which the job carries on */
  traceparent: string;
}

/** The trace of a request: its span's when it is traced, else the caller's when his header is valid, else a new one. So logs have an id in any case. */
export function traceOf(header: string, span: OpenSpan): Trace {
  const own = span.traceparent === null ? null : readTraceparent(span.traceparent);
  if (own !== null && span.traceparent !== null) return { traceId: own.traceId, traceparent: span.traceparent };
  const caller = readTraceparent(header);
  const traceId = caller?.traceId ?? randomBytes(16).toString('hex');
  const flags = (caller?.flags ?? 1).toString(16).padStart(2, '0');
  return { traceId, traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-${flags}` };
}
