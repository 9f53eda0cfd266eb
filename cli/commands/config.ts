import { readConfig, variables, type Environment, type Variable } from '../../platform/index.ts';
import { Fault, FaultList } from '../../schemas/index.ts';
import type { Context } from '../context.ts';
import { clientVariables, readClientEnvironment } from '../environment.ts';
import { exitCodes } from '../exit.ts';
import { table } from '../output/table.ts';

type Value = string | number | boolean | readonly string[] | null;

interface Row {
  part: 'service' | 'client';
  name: string;
  /** null: unset, or not to be used */
  value: Value;
  source: 'environment' | 'default' | 'missing' | 'wrong';
}

/** What a required variable is replaced by while the others are read. */
const standIn = 'missing';
const mask = '********';

/**
 * `zerosec config`: every variable with the value in force, secrets masked, and where it comes from. Exit code 2 when `api`,
 * `worker` and `migrate` would refuse to start with this environment.
 */
export async function config(context: Context, environment: Environment): Promise<number> {
  const serviceProblems = problemsOf(() => readConfig(environment));
  const clientProblems = problemsOf(() => readClientEnvironment(environment));
  const wrong = new Set(serviceProblems.map(nameOf));
  const values = readConfig(Object.fromEntries([
    ...Object.entries(environment).filter(([name]) => !wrong.has(name)),
    ...[...wrong].filter((name) => isRequired(name) || (environment[name] ?? '') === '').map((name) => [name, standIn] as const),
  ])) as unknown as Record<string, Value>;
  const rows = [
    ...Object.entries<Variable>(variables).map(([name, variable]) => rowOf('service', name, variable, environment, values[name], wrong)),
    ...Object.entries<Variable>(clientVariables).map(([name, variable]) => rowOf('client', name, variable, environment, environment[name] || variable.fallback, new Set(clientProblems.map(nameOf)))),
  ];
  for (const part of ['service', 'client'] as const) {
    const lines = rows.filter((row) => row.part === part).map((row) => [row.name, show(row.value), context.speech.say(`source_${row.source}`)]);
    context.print(`${context.speech.say(`config_${part}`)}\n${table(['variable', 'value', 'source'].map((name) => context.speech.say(`column_${name}`)), lines, [true, true, true])}\n`);
  }
  for (const row of rows) context.emit({ type: 'variable', ...row });
  const problems = [...serviceProblems, ...clientProblems];
  if (problems.length === 0) return exitCodes.completed;
  throw new FaultList(problems.map((problem) => new Fault('invalid_configuration', `configuration: ${problem}`, { where: { field: nameOf(problem) }, values: { problems: [problem] } })));
}

function problemsOf(read: () => unknown): readonly string[] {
  try {
    read();
    return [];
  } catch (error) {
    if (!(error instanceof Fault) || !Array.isArray(error.values['problems'])) throw error;
    return error.values['problems'] as readonly string[];
  }
}

/** A problem begins with the name of its variable. */
function nameOf(problem: string): string {
  return problem.slice(0, problem.indexOf(':'));
}

function isRequired(name: string): boolean {
  return (variables as Readonly<Record<string, Variable>>)[name]?.fallback === undefined;
}

function rowOf(part: Row['part'], name: string, variable: Variable, environment: Environment, value: Value | undefined, wrong: ReadonlySet<string>): Row {
  const given = (environment[name] ?? '') !== '';
  if (wrong.has(name)) return { part, name, value: null, source: given ? 'wrong' : 'missing' };
  return { part, name, value: masked(variable, value ?? null), source: given ? 'environment' : 'default' };
}

/** A secret is hidden, and so is one inside an address. */
function masked(variable: Variable, value: Value): Value {
  if (value === null) return null;
  if (variable.kind === 'secret') return mask;
  return typeof value === 'string' ? value.replace(/(:\/\/[^/?#\s:@]*):[^/?#\s@]*@/, `$1:${mask}@`) : value;
}

function show(value: Value): string {
  if (value === null) return '–';
  return typeof value === 'object' ? value.join(', ') : String(value);
}
