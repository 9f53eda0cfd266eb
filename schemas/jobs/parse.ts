import { z } from 'zod';
import { Fault } from '../fault.ts';
import { nearestName } from './nearest.ts';
import { parameterSchemas, type JobParameters, type JobType } from './parameters.ts';

/** Turns a zod error into Faults that name the field (`parameters.cv_splits`), with the nearest known name for unknown ones. */
export function faultsOf(error: z.ZodError, schema: z.ZodType, root = ''): Fault[] {
  return error.issues.flatMap((issue) => {
    const path = [...(root ? [root] : []), ...issue.path.map(String)].join('.');
    if (issue.code !== 'unrecognized_keys') {
      return [new Fault('invalid_value', `${path || 'body'}: ${issue.message}`, { where: { field: path || 'body' }, values: { reason: issue.message } })];
    }
    const known = knownNames(schema, issue.path);
    return issue.keys.slice(0, 20).map((key) => {
      const field = path ? `${path}.${key.slice(0, 100)}` : key.slice(0, 100);
      const nearest = nearestName(key, known);
      return nearest === undefined
        ? new Fault('unknown_name', `${field} is not a known name; known: ${known.join(', ')}`, { where: { field }, values: { known } })
        : new Fault('unknown_name_nearest', `${field} is not a known name; did you mean ${nearest}?`, { where: { field }, values: { nearest, known } });
    });
  });
}

function knownNames(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let inner: unknown = unwrap(schema);
  for (const step of path) {
    if (!(inner instanceof z.ZodObject)) return [];
    inner = unwrap((inner.shape as Record<string, z.ZodType>)[String(step)]);
  }
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}

/** Strips defaults and nullables off a schema to reach the object below. */
function unwrap(schema: z.ZodType | undefined): unknown {
  let current: unknown = schema;
  while (current instanceof z.ZodDefault || current instanceof z.ZodPrefault || current instanceof z.ZodNullable || current instanceof z.ZodOptional) {
    current = current.unwrap();
  }
  return current;
}

/**
 * Checks and completes the parameters of a job: the result holds every value that will be used, so the stored job says
 * what ran. `wording` phrases the reasons in the user's language. @throws FaultList naming every offending field.
 */
export function parseParameters<T extends JobType>(jobType: T, raw: unknown, wording?: z.core.$ZodErrorMap): JobParameters<T> {
  const schema = parameterSchemas[jobType];
  const parsed = schema.safeParse(raw ?? {}, { error: wording });
  if (!parsed.success) throw new FaultList(faultsOf(parsed.error, schema, 'parameters'));
  return parsed.data as JobParameters<T>;
}

/** Several faults of one request, all told at once. The first one stands for the list where only one can be shown. */
export class FaultList extends Fault {
  readonly faults: readonly Fault[];

  /** @param code of the whole, where it is not that of the first */
  constructor(faults: readonly Fault[], code?: string) {
    const first = faults[0] ?? new Fault('invalid_value', 'invalid request');
    super(code ?? first.code, faults.map((fault) => fault.message).join('; '), { where: first.where, values: first.values });
    this.name = 'FaultList';
    this.faults = faults;
  }
}
