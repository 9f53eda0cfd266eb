import { randomBytes } from 'node:crypto';

const pattern = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

export interface Trace {
  traceId: string;
  /** W3C trace context of this request, which the job carries on */
  traceparent: string;
}

/** Continues the caller's trace when its header is valid, else begins one. */
export function traceOf(header: string): Trace {
  const [, traceId = '', parent = '', flags = '01'] = pattern.exec(header.trim().toLowerCase()) ?? [];
  const usable = /[1-9a-f]/.test(traceId) && /[1-9a-f]/.test(parent);
  const id = usable ? traceId : randomBytes(16).toString('hex');
  return { traceId: id, traceparent: `00-${id}-${randomBytes(8).toString('hex')}-${usable ? flags : '01'}` };
}
