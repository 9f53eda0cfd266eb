/**
 * node examples/generate.ts [--rows N] [--seed S] [--out FILE]   a synthetic campaign as CSV (default: 180 rows, seed 1, to stdout)
 *   --instrumented N   the last N runs carry forces, roughness and wire length (default 0)
 *   --english          English column names
 *   --no-bom           without the byte order mark
 *   --drift, --outliers SHARE, --missing-forces SHARE   invented disturbances, off by default
 * node examples/generate.ts --candidates [--out FILE]   every combination of the factor levels (89 262 rows)
 * node examples/generate.ts --all   writes every generated file of this folder anew
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { candidatesCsv, exampleFiles, factorial, resultsCsv, simulate } from './generator/index.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '180' }, seed: { type: 'string', default: '1' }, out: { type: 'string' }, instrumented: { type: 'string', default: '0' },
    outliers: { type: 'string', default: '0' }, 'missing-forces': { type: 'string', default: '0' },
    'no-bom': { type: 'boolean', default: false }, english: { type: 'boolean', default: false }, drift: { type: 'boolean', default: false }, candidates: { type: 'boolean', default: false }, all: { type: 'boolean', default: false },
  },
});

function main(): void {
  if (values.all) {
    for (const [path, text] of exampleFiles()) write(join(import.meta.dirname, path), text);
    return;
  }
  const bom = !values['no-bom'];
  const text = values.candidates
    ? candidatesCsv(factorial(), { bom })
    : resultsCsv(simulate({
      rows: whole('rows', 1, 10_000_000), seed: whole('seed', 0, 2 ** 32 - 1), instrumented: whole('instrumented', 0, 10_000_000),
      drift: values.drift, outliers: share('outliers'), missingForces: share('missing-forces'),
    }), { bom, headers: values.english ? 'en' : 'ja' });
  if (values.out === undefined) process.stdout.write(text);
  else write(values.out, text);
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  console.error(`${path}: ${text.split('\n').length - 2} rows`);
}

function whole(name: 'rows' | 'seed' | 'instrumented', low: number, high: number): number {
  const value = Number(values[name]);
  if (!Number.isInteger(value) || value < low || value > high) throw new RangeError(`--${name} takes a whole number from ${low} to ${high}`);
  return value;
}

function share(name: 'outliers' | 'missing-forces'): number {
  const value = Number(values[name]);
  if (!(value >= 0 && value <= 1)) throw new RangeError(`--${name} takes a share from 0 to 1`);
  return value;
}

try {
  main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
