import { KernelError } from '../errors.ts';
import { damageOf } from './check-state.ts';
import { families } from './models.ts';
import type { FamilyName, TrainedModel } from './types.ts';

const FORMAT = 'zerosec-model-1';
const ARRAYS = { f64: Float64Array, i32: Int32Array, u8: Uint8Array, u32: Uint32Array } as const;

/**
 * A model as a JSON file: numbers in the shortest form that reads back to the same bits, typed arrays as {"f64": […]}, what is not finite as {"number": "Infinity"}.
 * The same model gives the same bytes.
 */
export function modelToText(model: TrainedModel): string {
  return `${JSON.stringify({ format: FORMAT, ...(plain(model) as object) })}\n`;
}

/** Throws KernelError kernel_domain when the text is no model file: reason json, format, family or content, and where. */
export function modelFromText(text: string): TrainedModel {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    throw refused('json', 'the text is not JSON');
  }
  if (typeof read !== 'object' || read === null || !('format' in read) || read.format !== FORMAT) throw refused('format', `the file does not say "format": "${FORMAT}"`);
  const { format: _format, ...rest } = read as Record<string, unknown>;
  const model = revive(rest, '') as Partial<TrainedModel>;
  if (typeof model.family !== 'string' || !Object.hasOwn(families, model.family)) throw refused('family', `unknown family ${String(model.family)}`, { family: String(model.family) });
  if (!families[model.family].tasks.includes(model.task as never)) throw refused('content', `${model.family} has no task ${String(model.task)}`, { at: 'task' });
  if (!Array.isArray(model.features) || model.features.length === 0 || !model.features.every((name) => typeof name === 'string')) throw refused('content', 'features must be a list of names', { at: 'features' });
  const missing = NEEDED[model.family].find((key) => !Object.hasOwn(model.state ?? {}, key));
  if (missing !== undefined) throw refused('content', `the state has no ${missing}`, { at: `state.${missing}` });
  const damage = damageOf(model.family, model.state as unknown as Record<string, unknown>, model.features.length);
  if (damage !== undefined) throw refused('content', damage.message, { at: damage.at });
  const { classes, outputs = classes } = model.state as unknown as { classes?: unknown; outputs?: unknown };
  if (model.task === 'multiclass' && !(Number.isSafeInteger(model.classes) && (model.classes as number) >= 2 && outputs === model.classes)) throw refused('content', 'classes must be those of the state', { at: 'classes' });
  if (model.task === 'binary' && ((classes !== undefined && classes !== 2) || (outputs !== classes && outputs !== 1))) throw refused('content', 'a model of two labels must have two', { at: 'state.classes' });
  return model as TrainedModel;
}

const TREE_KEYS = ['features', 'link', 'outputs', 'base', 'roots', 'left', 'feature', 'threshold', 'flags', 'value', 'cover', 'rows'];
const SURFACE_KEYS = ['columns', 'terms', 'coefficients', 'intercept', 'link'];
/** Without these nothing can be predicted. */
const NEEDED: Readonly<Record<FamilyName, readonly string[]>> = {
  'boosting': TREE_KEYS, 'random-forest': TREE_KEYS, 'extra-trees': TREE_KEYS, 'gaussian-process': ['shape', 'columns', 'parameters', 'n', 'p', 'x', 'alpha'],
  'nearest-neighbours': ['k', 'metric', 'weights', 'columns', 'n', 'p', 'x', 'y'], 'response-surface': SURFACE_KEYS, 'elastic-net': SURFACE_KEYS,
  'discriminant': ['columns', 'kind', 'classes', 'p', 'means', 'factors', 'offsets'], 'support-vectors': ['columns', 'similarity', 'p', 'classes', 'vectors', 'starts', 'pairs'],
};

function plain(value: unknown): unknown {
  for (const [name, kind] of Object.entries(ARRAYS)) if (value instanceof kind) return { [name]: Array.from(value, plain) };
  if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))) return { number: Object.is(value, -0) ? '-0' : String(value) };
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).flatMap(([key, inner]) => (inner === undefined ? [] : [[key, plain(inner)]])));
  return value;
}

function revive(value: unknown, at: string): unknown {
  if (Array.isArray(value)) return value.map((inner, i) => revive(inner, `${at}[${i}]`));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [key = '', inner] = entries[0] ?? [];
  if (entries.length === 1 && key === 'number') return Number(inner);
  if (entries.length === 1 && key in ARRAYS && Array.isArray(inner)) {
    const numbers = inner.map((item, i) => {
      const number = revive(item, `${at}[${i}]`);
      if (typeof number !== 'number') throw refused('content', `${at}[${i}] is not a number`, { at: `${at}[${i}]` });
      return number;
    });
    return ARRAYS[key as keyof typeof ARRAYS].from(numbers);
  }
  return Object.fromEntries(entries.map(([name, item]) => [name, revive(item, at === '' ? name : `${at}.${name}`)]));
}

function refused(reason: string, message: string, values: Record<string, string> = {}): KernelError {
  return new KernelError('kernel_domain', message, { name: 'model', reason, ...values });
}
