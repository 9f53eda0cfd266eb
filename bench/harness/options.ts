import { parseArgs } from 'node:util';
import type { Suite } from './types.ts';

export interface Options {
  suites: readonly Suite[];
  /** only this case; null: all */
  caseName: string | null;
  threads: number;
  quick: boolean;
  json: boolean;
  list: boolean;
  save: boolean;
}

/** What the person typed cannot be done; the message says what can. */
export class UsageError extends Error {}

export const usage = `npm run bench -- <suite>|all [--case NAME] [--threads N] [--quick] [--json] [--no-save]
npm run bench -- --list

  --case NAME   only this case
  --threads N   threads of ours and of the peers' libraries (default 1)
  --quick       small inputs, two rounds: shows that everything runs
  --json        one JSON object per comparison and line, nothing else on standard output
  --no-save     do not write bench/results/<date>-<commit>-<suite>.jsonl
  --list        suites and cases`;

/** @throws UsageError naming the argument and what is allowed */
export function parseOptions(words: readonly string[], suites: readonly Suite[]): Options {
  const { values, positionals } = parse(words);
  const threads = Number(values.threads);
  if (!Number.isInteger(threads) || threads < 1 || threads > 256) throw new UsageError(`--threads must be a whole number from 1 to 256, not "${values.threads}"`);
  const common = { threads, quick: values.quick, json: values.json, list: values.list, save: !values['no-save'] };
  if (values.list && positionals.length === 0) return { ...common, suites, caseName: null };
  const names = suites.map((suite) => suite.name).join(', ');
  const [name, ...more] = positionals;
  if (name === undefined) throw new UsageError(`name a suite: ${names}, or all`);
  if (more.length > 0) throw new UsageError(`one suite at a time: "${more.join(' ')}" is too much`);
  const chosen = name === 'all' ? suites : suites.filter((suite) => suite.name === name);
  if (chosen.length === 0) throw new UsageError(`there is no suite "${name}"; there are ${names}`);
  const caseName = values.case ?? null;
  const cases = chosen.flatMap((suite) => suite.cases.map((one) => one.name));
  if (caseName !== null && !cases.includes(caseName)) throw new UsageError(`there is no case "${caseName}" in ${name}; there are ${cases.join(', ')}`);
  return { ...common, suites: chosen, caseName };
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        case: { type: 'string' },
        threads: { type: 'string', default: '1' },
        quick: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
        'no-save': { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
