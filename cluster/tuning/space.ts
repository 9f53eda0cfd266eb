import { Fault } from '../../schemas/index.ts';

/** A value as the objective sees it. */
export type ParameterValue = number | string | boolean;

export interface FloatDistribution {
  readonly kind: 'float';
  readonly low: number;
  readonly high: number;
  /** searched evenly in the logarithm; low must be positive and step is not allowed */
  readonly log?: boolean;
  /** values low, low + step, …; (high − low) must be a multiple of it */
  readonly step?: number;
}

export interface IntDistribution {
  readonly kind: 'int';
  readonly low: number;
  readonly high: number;
  readonly log?: boolean;
  readonly step?: number;
}

export interface CategoricalDistribution {
  readonly kind: 'categorical';
  readonly choices: readonly ParameterValue[];
}

export type Distribution = FloatDistribution | IntDistribution | CategoricalDistribution;

export interface Parameter {
  readonly name: string;
  readonly distribution: Distribution;
  /** Exists only where an earlier categorical parameter has one of these values. */
  readonly when?: { readonly parameter: string; readonly is: readonly ParameterValue[] };
}

/** In the order in which they are drawn; a parameter follows the one its condition names. */
export type SearchSpace = readonly Parameter[];

/** Parameters of one trial as samplers see them: numbers, or the index of a choice. Absent ones are not active. */
export type Point = Readonly<Record<string, number>>;

/** Parameters of one trial as the objective sees them. */
export type Assignment = Readonly<Record<string, ParameterValue>>;

/** Throws tuning_space naming the parameter: empty range, log of a non-positive number, two of one name, condition on what is not there. */
export function checkSpace(space: SearchSpace): void {
  const seen = new Map<string, Distribution>();
  for (const { name, distribution, when } of space) {
    if (seen.has(name)) refuse(name, 'is there twice');
    const problem = flaw(distribution);
    if (problem !== undefined) refuse(name, problem);
    if (when) {
      const parent = seen.get(when.parameter);
      if (parent === undefined) refuse(name, `depends on ${when.parameter}, which does not come before it`);
      else if (parent.kind !== 'categorical' || !when.is.every((value) => parent.choices.includes(value)) || when.is.length === 0) refuse(name, `depends on values that ${when.parameter} cannot have`);
    }
    seen.set(name, distribution);
  }
}

function flaw(d: Distribution): string | undefined {
  if (d.kind === 'categorical') {
    if (d.choices.length === 0) return 'has no choices';
    return new Set(d.choices).size < d.choices.length ? 'has a choice twice' : undefined;
  }
  if (!Number.isFinite(d.low) || !Number.isFinite(d.high) || d.low > d.high) return `has the empty range ${d.low} … ${d.high}`;
  if (d.log && !(d.low > 0)) return `is logarithmic but begins at ${d.low}`;
  if (d.step !== undefined && d.log) return 'cannot be logarithmic and have a step';
  if (d.step !== undefined && !(d.step > 0)) return `has the step ${d.step}`;
  if (d.kind === 'int' && !(Number.isInteger(d.low) && Number.isInteger(d.high) && Number.isInteger(d.step ?? 1))) return 'is an integer with fractional limits';
  return undefined;
}

function refuse(name: string, problem: string): never {
  throw new Fault('tuning_space', `tuning parameter ${name} ${problem}`, { where: { field: name }, values: { parameter: name, problem } });
}

/** Only one value possible. */
export function isSingle(d: Distribution): boolean {
  return d.kind === 'categorical' ? d.choices.length === 1 : d.low === d.high;
}

/** The grid of an integer or stepped parameter; undefined for continuous and logarithmic ones. */
export function stepOf(d: FloatDistribution | IntDistribution): number | undefined {
  if (d.log) return undefined;
  return d.kind === 'int' ? d.step ?? 1 : d.step;
}

/** Limits of the axis on which a sampler works: the logarithm if the parameter is logarithmic, half a step beyond the last values of a grid. */
export function axisOf(d: FloatDistribution | IntDistribution): { low: number; high: number; log: boolean; step: number | undefined } {
  const step = stepOf(d);
  if (d.log) {
    const half = d.kind === 'int' ? 0.5 : 0;
    return { low: Math.log(d.low - half), high: Math.log(d.high + half), log: true, step: undefined };
  }
  const half = step === undefined ? 0 : step / 2;
  return { low: d.low - half, high: d.high + half, log: false, step };
}

/** From the axis back to a value that the parameter can have. */
export function settle(d: FloatDistribution | IntDistribution, onAxis: number): number {
  const step = stepOf(d);
  let value = d.log ? Math.exp(onAxis) : onAxis;
  if (d.kind === 'int' && d.log) value = Math.round(value);
  else if (step !== undefined) value = Math.round((value - d.low) / step) * step + d.low;
  return Math.min(Math.max(value, d.low), d.high);
}

/** u in [0, 1) spread evenly over the parameter. */
export function spread(d: Distribution, u: number): number {
  if (d.kind === 'categorical') return Math.min(Math.floor(u * d.choices.length), d.choices.length - 1);
  const { low, high } = axisOf(d);
  return settle(d, low + u * (high - low));
}

/** Does the parameter exist given what was drawn before it? */
export function isActive(parameter: Parameter, space: SearchSpace, point: Point): boolean {
  if (!parameter.when) return true;
  const index = point[parameter.when.parameter];
  if (index === undefined) return false;
  const parent = space.find(({ name }) => name === parameter.when?.parameter)?.distribution as CategoricalDistribution;
  return parameter.when.is.includes(parent.choices[index] as ParameterValue);
}

/** A sampler's point as the objective's parameters. */
export function assignmentOf(space: SearchSpace, point: Point): Assignment {
  const result: Record<string, ParameterValue> = {};
  for (const { name, distribution } of space) {
    const value = point[name];
    if (value !== undefined) result[name] = distribution.kind === 'categorical' ? distribution.choices[value] as ParameterValue : value;
  }
  return result;
}

/** The reverse. Parameters outside their range, unknown or missing ones throw tuning_point: an enqueued trial must be one the study could draw. */
export function pointOf(space: SearchSpace, assignment: Assignment): Point {
  const point: Record<string, number> = {};
  for (const parameter of space) {
    const { name, distribution } = parameter;
    const value = assignment[name];
    if (!isActive(parameter, space, point)) {
      if (value !== undefined) misfit(name, value);
      continue;
    }
    if (value === undefined) misfit(name, 'nothing');
    if (distribution.kind === 'categorical') {
      const index = distribution.choices.indexOf(value);
      if (index < 0) misfit(name, value);
      point[name] = index;
    } else {
      if (typeof value !== 'number' || !(value >= distribution.low && value <= distribution.high) || (distribution.kind === 'int' && !Number.isInteger(value))) misfit(name, value);
      point[name] = value;
    }
  }
  for (const [name, value] of Object.entries(assignment)) if (!space.some((parameter) => parameter.name === name)) misfit(name, value);
  return point;
}

function misfit(name: string, value: ParameterValue): never {
  throw new Fault('tuning_point', `tuning parameter ${name} cannot be ${String(value)}`, { where: { field: name }, values: { parameter: name, value: String(value) } });
}
