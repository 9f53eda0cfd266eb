import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { Fault, inputNamesOf, jobTypes, nearestName, parameterSchemas, parseParameters, type JobType } from '../schemas/index.ts';

/** @throws Fault `unknown_job_type`; `linear-analysis` reads as `linear_analysis` */
export function parseJobType(text: string): JobType {
  const name = text.replaceAll('-', '_');
  const found = jobTypes.find((type) => type === name);
  if (found === undefined) throw new Fault('unknown_job_type', `${text} is no job type; there are ${jobTypes.join(', ')}`, { where: { field: 'job_type' }, values: { value: text, known: jobTypes } });
  return found;
}

/**
 * Parameters from a JSON file and `name=value` settings (which win). They are checked here, before anything is uploaded, and
 * sent as they were given: the server completes them. @throws Fault(List) naming every offending field
 */
export async function readParameters(jobType: JobType, path: string | undefined, settings: readonly string[]): Promise<Record<string, unknown>> {
  const parameters = path === undefined ? {} : await readJsonObject(path);
  for (const setting of settings) applySetting(jobType, parameters, setting);
  parseParameters(jobType, parameters);
  return parameters;
}

/** `name=file` of each further input. @throws Fault `input_malformed`, `input_repeated`, `unknown_name(_nearest)` */
export function readInputs(jobType: JobType, texts: readonly string[]): Record<string, string> {
  const known = inputNamesOf(jobType);
  const inputs: Record<string, string> = {};
  for (const text of texts) {
    const [, name, file] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
    if (name === undefined || file === undefined) throw new Fault('input_malformed', `--input ${text}: name=file expected`, { values: { input: text, known } });
    if (!known.some((one) => one === name)) throw unknownName(`inputs.${name}`, name, known);
    if (Object.hasOwn(inputs, name)) throw new Fault('input_repeated', `--input ${name} is given twice`, { where: { field: `inputs.${name}` }, values: { name } });
    inputs[name] = file;
  }
  return inputs;
}

async function readJsonObject(path: string): Promise<Record<string, unknown>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new Fault('file_unreadable', `${path}: ${(error as Error).message}`, { values: { path, reason: (error as NodeJS.ErrnoException).code ?? 'error' } });
  }
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new Fault('parameters_not_json', `${path}: ${(error as Error).message}`, { values: { path, reason: (error as Error).message } });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Fault('parameters_not_json', `${path} does not hold a JSON object`, { values: { path, reason: 'not an object' } });
  }
  return value as Record<string, unknown>;
}

/** Sets `a.b=value` in place. A text field takes the value as it stands, a list field also `a,b,c`, anything else JSON. */
export function applySetting(jobType: JobType, parameters: Record<string, unknown>, setting: string): void {
  const equals = setting.indexOf('=');
  if (equals < 1) throw new Fault('setting_malformed', `--set ${setting}: name=value expected`, { values: { setting } });
  const name = setting.slice(0, equals);
  const steps = name.split('.');
  let schema: unknown = parameterSchemas[jobType];
  let place = parameters;
  for (const [depth, step] of steps.entries()) {
    const inner = unwrap(schema);
    if (inner instanceof z.ZodObject) {
      const known = Object.keys(inner.shape);
      if (!known.includes(step)) throw unknownName(['parameters', ...steps.slice(0, depth), step].join('.'), step, known);
      schema = (inner.shape as Record<string, unknown>)[step];
    } else if (inner instanceof z.ZodRecord && step !== '__proto__') {
      schema = inner.valueType;
    } else {
      throw unknownName(`parameters.${name}`, step, []);
    }
    if (depth === steps.length - 1) {
      place[step] = valueOf(setting.slice(equals + 1), unwrap(schema));
    } else {
      const below = place[step];
      if (typeof below !== 'object' || below === null) place[step] = {};
      place = place[step] as Record<string, unknown>;
    }
  }
}

function valueOf(text: string, schema: unknown): unknown {
  const json = parseJson(text);
  if (schema instanceof z.ZodString) return typeof json === 'string' || (json === null && text === 'null') ? json : text;
  if (schema instanceof z.ZodArray && !Array.isArray(json)) return text === '' ? [] : text.split(',').map((item) => valueOf(item.trim(), unwrap(schema.element)));
  return json === undefined ? text : json;
}

function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

function unwrap(schema: unknown): unknown {
  let current = schema;
  while (current instanceof z.ZodDefault || current instanceof z.ZodPrefault || current instanceof z.ZodNullable || current instanceof z.ZodOptional) {
    current = current.unwrap();
  }
  return current;
}

function unknownName(field: string, name: string, known: readonly string[]): Fault {
  const nearest = nearestName(name, known);
  return nearest === undefined
    ? new Fault('unknown_name', `${field} is not a known name; known: ${known.join(', ')}`, { where: { field }, values: { known } })
    : new Fault('unknown_name_nearest', `${field} is not a known name; did you mean ${nearest}?`, { where: { field }, values: { nearest, known } });
}
