import { Fault, nearestName } from '../../schemas/index.ts';
import type { Assignment, Distribution, Parameter, ParameterValue, SearchSpace } from '../tuning/index.ts';

/** What a user says of one setting: its value, or where it is searched. */
export type Override = ParameterValue | { readonly low: number; readonly high: number; readonly log?: boolean } | { readonly choices: readonly ParameterValue[] };
export type Overrides = Readonly<Record<string, Override>>;

/**
 * The space with some settings fixed or searched elsewhere. Ranges may leave the family's own: they are its experience, not its limits.
 * @throws Fault `hyperparam_unknown(_nearest)`, `hyperparam_value` at `parameters.hyperparams.<family>.<name>`
 */
export function overrideSpace(space: SearchSpace, family: string, overrides: Overrides): SearchSpace {
  const names = space.map(({ name }) => name);
  for (const name of Object.keys(overrides)) if (!names.includes(name)) throw unknownName(`parameters.hyperparams.${family}.${name}`, name, names);
  return space.map((parameter) => {
    const override = overrides[parameter.name];
    return override === undefined ? parameter : { ...parameter, distribution: overridden(parameter, override, `parameters.hyperparams.${family}.${parameter.name}`) };
  });
}

/** A known good configuration moved to the nearest one of the space. */
export function fitInside(space: SearchSpace, given: Assignment): Assignment {
  return Object.fromEntries(space.map(({ name, distribution: d }) => {
    const value = given[name] as ParameterValue;
    if (d.kind !== 'categorical') return [name, Math.min(Math.max(value as number, d.low), d.high)];
    return [name, d.choices.includes(value) ? value : d.choices[0] as ParameterValue];
  }));
}

export function unknownName(field: string, name: string, names: readonly string[]): Fault {
  const nearest = nearestName(name, names);
  return new Fault(nearest === undefined ? 'hyperparam_unknown' : 'hyperparam_unknown_nearest', `${field} does not exist; known are ${names.join(', ')}`, { where: { field }, values: { name, nearest: nearest ?? '', names: [...names] } });
}

function overridden({ distribution: d }: Parameter, override: Override, field: string): Distribution {
  const refuse = (rule: string): never => {
    throw new Fault('hyperparam_value', `${field} must be ${rule}`, { where: { field }, values: { value: JSON.stringify(override), rule } });
  };
  if (d.kind === 'categorical') {
    const choices = typeof override !== 'object' ? [override] : 'choices' in override ? override.choices : refuse(`one of ${d.choices.join(', ')}`);
    if (choices.length === 0 || new Set(choices).size < choices.length || !choices.every((value) => d.choices.includes(value))) refuse(`among ${d.choices.join(', ')}, each once`);
    return { kind: 'categorical', choices };
  }
  const allowed = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && (d.kind === 'float' || Number.isInteger(value)) && (d.low > 0 ? value > 0 : value >= 0);
  const rule = `a ${d.low > 0 ? 'positive' : 'non-negative'} ${d.kind === 'int' ? 'whole number' : 'number'}, { low, high } or { choices } of such`;
  if (typeof override !== 'object') return allowed(override) ? { kind: d.kind, low: override, high: override } : refuse(rule);
  if ('choices' in override) return override.choices.length > 0 && new Set(override.choices).size === override.choices.length && override.choices.every(allowed) ? { kind: 'categorical', choices: override.choices } : refuse(rule);
  const { low, high, log = d.log } = override;
  if (!allowed(low) || !allowed(high) || low > high || (log === true && low <= 0)) return refuse(rule);
  return { kind: d.kind, low, high, ...log === true && { log: true } };
}
