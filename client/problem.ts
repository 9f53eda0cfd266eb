import { Fault, FaultList, problemSchema, type FaultClass, type FaultValues } from '../schemas/index.ts';

/** Statuses after which the same call may succeed. */
const passing = new Set([408, 425, 429, 500, 502, 503, 504]);

export function isPassing(status: number): boolean {
  return passing.has(status);
}

/**
 * A refused request as a Fault: what the server said stays whole (code, where, values; several problems become a
 * FaultList). `values.status` is the HTTP status. An answer that is no problem document gets the code `http_error`.
 */
export function faultOfResponse(status: number, body: string): Fault {
  const class_: FaultClass = isPassing(status) ? 'transient' : 'user';
  const problem = problemSchema.safeParse(parseJson(body));
  if (!problem.success) {
    return new Fault('http_error', `the server answered ${status}: ${excerpt(body)}`, { class: class_, values: { status, reason: excerpt(body) } });
  }
  const { code, detail, errors, request_id } = problem.data;
  const base = { status, request_id };
  const faults = errors.map((error) => new Fault(error.code, error.message, { class: class_, where: error.where, values: { ...plainValues(error.values), ...base } }));
  if (faults.length > 1) return new FaultList(faults);
  return faults[0] ?? new Fault(code, detail, { class: class_, values: base });
}

/** A refusal of the storage (S3 speaks XML). */
export function faultOfStorage(code: 'upload_refused' | 'download_refused', status: number, body: string): Fault {
  const reason = /<Code>([^<]{1,100})<\/Code>/.exec(body)?.[1] ?? `HTTP ${status}`;
  return new Fault(code, `the storage answered ${status}: ${reason}`, { class: isPassing(status) ? 'transient' : 'user', values: { status, reason } });
}

/** Values of a catalogue text are plain; anything else a server sends is shown as JSON. */
export function plainValues(values: Readonly<Record<string, unknown>> | undefined): FaultValues {
  return Object.fromEntries(Object.entries(values ?? {}).map(([name, value]): [string, FaultValues[string]] => {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return [name, value];
    if (Array.isArray(value)) return [name, value.map(String)];
    return [name, JSON.stringify(value ?? null)];
  }));
}

function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

function excerpt(body: string): string {
  return body.replace(/\s+/g, ' ').trim().slice(0, 200);
}
