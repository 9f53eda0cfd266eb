import { test } from 'node:test';
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { exampleFiles, wampler } from '../../examples/generator/index.ts';
import { jobTypes, parseParameters, type JobType } from '../../schemas/index.ts';
import { digits, sharedData, without } from '../support/shared-data.ts';

const folder = join(import.meta.dirname, '../../examples');
const read = (path: string): string => readFileSync(join(folder, path), 'utf8');
const cells = (path: string): string[][] => read(path).replace('\ufeff', '').trimEnd().split('\n').map((line) => line.split(','));

/** `<job type>/parameters[.language].json` and `public/<table>.<job type>.json`, with the table each is for. */
const parameterFiles = globSync('**/*.json', { cwd: folder }).sort().map((path) => {
  const [stem = '', second = ''] = basename(path, '.json').split('.');
  if (dirname(path) === 'public') return { path, jobType: second as JobType, table: `public/${stem}.csv` };
  const table = { optimization: 'candidates' }[dirname(path)] ?? 'deburring';
  return { path, jobType: dirname(path) as JobType, table: `${dirname(path)}/${[table, second, 'csv'].filter((part) => part !== '').join('.')}` };
});

test('committed tables are, byte for byte, what the seeded generator makes now', () => {
  for (const [path, text] of exampleFiles()) assert.equal(read(path), text, `${path}: run node examples/generate.ts --all`);
});

test('no CSV lies about that nothing makes and nobody may copy', () => {
  const copied = ['public/breast_cancer.csv', 'public/diabetes.csv', 'public/iris.csv', 'public/wine.csv'];
  assert.deepEqual(globSync('**/*.csv', { cwd: folder }).sort(), [...exampleFiles().keys(), ...copied].sort());
});

test('each job type has a folder with a table and parameters', () => {
  for (const jobType of jobTypes) {
    assert.ok(globSync(`${jobType}/*.csv`, { cwd: folder }).length > 0, jobType);
    assert.ok(existsSync(join(folder, jobType, 'parameters.json')), `${jobType}/parameters.json`);
  }
});

for (const { path, jobType, table } of parameterFiles) {
  test(`${path} is accepted for ${jobType} and names columns of ${table}`, () => {
    const raw = JSON.parse(read(path)) as Record<string, unknown>;
    const parameters = parseParameters(jobType, raw) as Record<string, unknown>;
    for (const [name, value] of Object.entries(raw)) assert.deepEqual(parameters[name], value, name);
    const header = cells(table)[0] ?? [];
    const named = [parameters['target_column'], parameters['target_columns'], parameters['feature_columns'], Object.keys((parameters['bounds'] ?? {}))].flat().filter((name) => typeof name === 'string');
    for (const name of named) assert.ok(header.includes(name), `${table} has no column ${name}`);
  });
}

test('a table in another language comes with parameters that use its names', () => {
  for (const path of globSync('linear_analysis/deburring.*.csv', { cwd: folder })) {
    const language = basename(path).split('.')[1] ?? '';
    assert.ok(existsSync(join(folder, `linear_analysis/parameters.${language}.json`)), language);
  }
});

test('the English table holds the cells of the Japanese one under names of ASCII letters', () => {
  const [header = [], ...rows] = cells('linear_analysis/deburring.en.csv');
  const [japanese = [], ...same] = cells('linear_analysis/deburring.csv');
  assert.deepEqual(rows, same);
  assert.equal(header.length, japanese.length);
  assert.equal(new Set(header).size, header.length);
  for (const name of header) assert.match(name, /^[A-Za-z0-9_]+$/);
});

test('candidates are the factorial of the levels that the factor file spells out', () => {
  const [, low = [], high = [], step = []] = read('optimization/factors.csv').trimEnd().split('\n').map((line) => (line.match(/"[^"]*"|[^,]+|(?<=,)(?=,|$)|^(?=,)/g) ?? []));
  const header = cells('optimization/candidates.csv')[0] ?? [];
  const names = (read('optimization/factors.csv').split('\n')[0] ?? '').split(',').slice(2);
  let product = 1;
  names.forEach((name, index) => {
    const given = (step[index + 2] ?? '').replaceAll('"', '').split(',').map(Number);
    const [from, to, by] = [Number(low[index + 2]), Number(high[index + 2]), given[0] ?? Number.NaN];
    const levels = given.length > 1 ? given : Array.from({ length: Math.round((to - from) / by) + 1 }, (_, k) => Number((from + k * by).toFixed(6)));
    const column = new Set(cells('optimization/candidates.csv').slice(1).map((row) => Number(row[header.indexOf(name)])));
    assert.deepEqual([...column].sort((a, b) => a - b), levels, name);
    product *= levels.length;
  });
  const rows = cells('optimization/candidates.csv').slice(1);
  assert.equal(rows.length, product);
  assert.equal(new Set(rows.map((row) => row.join())).size, product);
});

for (const set of [1, 2] as const) {
  test(`Wampler ${set} is NIST's table`, { skip: without(`nist-strd/linear/Wampler${set}.csv`) }, () => {
    const ours = wampler(set).trimEnd().split('\n').slice(1).map((line) => line.split(',').map(Number));
    const theirs = readFileSync(join(sharedData, `nist-strd/linear/Wampler${set}.csv`), 'utf8').trimEnd().split('\n').slice(1).map((line) => line.split(',').map(Number));
    assert.equal(ours.length, theirs.length);
    theirs.forEach(([y, x], row) => {
      assert.ok(digits(ours[row]?.[0], y ?? Number.NaN) >= 15.9, `y of row ${row}`);
      assert.deepEqual(ours[row]?.slice(1), [1, 2, 3, 4, 5].map((power) => (x ?? Number.NaN) ** power));
    });
  });
}

for (const name of ['iris', 'wine', 'breast_cancer', 'diabetes']) {
  test(`${name} is the public table unchanged`, { skip: without(`uci/${name}.csv`) }, () => {
    assert.equal(read(`public/${name}.csv`), readFileSync(join(sharedData, `uci/${name}.csv`), 'utf8'));
  });
}
