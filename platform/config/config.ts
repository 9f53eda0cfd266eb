import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fault } from '../../schemas/index.ts';
import { variables, type Variable, type VariableName } from './variables.ts';

type Value<V extends Variable> =
  V['kind'] extends 'integer' | 'number' ? number
  : V['kind'] extends 'boolean' ? boolean
  : V['kind'] extends 'list' ? readonly string[]
  : V extends { readonly fallback: null } ? string | null
  : string;

type Values = { readonly [N in VariableName]: Value<(typeof variables)[N]> };

/** Typed configuration. Made once per process and handed down; nothing else reads the environment. */
export interface Config extends Values {
  readonly workerId: string;
  readonly tempDirectory: string;
  readonly maxUploadBytes: number;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the configuration from environment variables.
 * @throws Fault `invalid_configuration` naming every variable that is missing or wrong (values of secrets are not shown).
 */
export function readConfig(environment: Environment): Config {
  const problems: string[] = [];
  const values = Object.fromEntries(
    Object.entries<Variable>(variables).map(([name, variable]) => {
      try {
        return [name, parse(variable, environment[name])];
      } catch (error) {
        problems.push(`${name}: ${(error as Error).message}`);
        return [name, null];
      }
    }),
  ) as unknown as Values;
  if (values.RDS_AUTH === 'password' && values.RDS_PASSWORD === null) problems.push(`RDS_PASSWORD: is required (${variables.RDS_PASSWORD.help})`);
  if (problems.length > 0) {
    throw new Fault('invalid_configuration', `configuration: ${problems.join('; ')}`, { values: { problems } });
  }
  return {
    ...values,
    workerId: values.WORKER_ID ?? `${hostname()}-${process.pid}`,
    tempDirectory: values.TEMP_DIR ?? join(tmpdir(), 'zerosec'),
    maxUploadBytes: values.MAX_UPLOAD_SIZE_MB * 1_000_000,
  };
}

function parse(variable: Variable, raw: string | undefined): unknown {
  if (raw === undefined || raw === '') {
    if (variable.fallback === undefined) throw new Error(`is required (${variable.help})`);
    return variable.fallback;
  }
  switch (variable.kind) {
    case 'integer':
    case 'number': {
      const number = Number(raw);
      const wrong = !Number.isFinite(number) || (variable.kind === 'integer' && !Number.isInteger(number))
        || number < (variable.minimum ?? -Infinity) || number > (variable.maximum ?? Infinity);
      if (wrong) throw new Error(`"${raw}" is not ${variable.kind === 'integer' ? 'an integer' : 'a number'} from ${variable.minimum} to ${variable.maximum}`);
      return number;
    }
    case 'boolean': {
      if (/^(true|1|yes|on)$/i.test(raw)) return true;
      if (/^(false|0|no|off)$/i.test(raw)) return false;
      throw new Error(`"${raw}" is neither true nor false`);
    }
    case 'list':
      return raw.replace(/^\[|\]$/g, '').split(',').map((item) => item.trim().replace(/^"|"$/g, '')).filter((item) => item !== '');
    default:
      if (variable.choices && !variable.choices.includes(raw)) throw new Error(`"${raw}" is none of ${variable.choices.join(', ')}`);
      return raw;
  }
}
