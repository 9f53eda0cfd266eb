import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, test } from 'node:test';
import { compareAnswers, contest, inProcess, measureSpeeds, parseOptions, recordSchema, saveResults, showSummary, toRecord, UsageError, type Machine, type Setting } from '../../bench/harness/index.ts';
import { suites } from '../../bench/suites/index.ts';

const main = join(import.meta.dirname, '../../bench/main.ts');
const machine: Machine = { cpu: 'test', cores: 1, node: process.version, commit: null, load: 0, flops: 1e9, bytes: 1e9 };
const setting: Setting = { threads: 1, quick: true, machine, cache: tmpdir(), log: () => undefined };

async function bench(...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [main, ...words], { maxBuffer: 1e7 });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

describe('arguments', () => {
  const refused = (words: string[], pattern: RegExp): void => void assert.throws(() => parseOptions(words, suites), (error) => error instanceof UsageError && pattern.test(error.message));

  test('what cannot be done is refused with what can', () => {
    refused([], /name a suite: linear/);
    refused(['lienar'], /no suite "lienar"; there are linear/);
    refused(['linear', 'kernels'], /one suite at a time/);
    refused(['linear', '--case', 'n7'], /no case "n7".*n100k/);
    refused(['linear', '--threads', '0'], /--threads must be/);
    refused(['linear', '--threads', 'two'], /not "two"/);
    refused(['linear', '--fast'], /--fast/);
  });

  test('every suite can be named, and all of them at once', () => {
    for (const suite of suites) assert.deepEqual(parseOptions([suite.name], suites).suites, [suite]);
    assert.equal(parseOptions(['all', '--no-save'], suites).suites.length, suites.length);
    assert.equal(parseOptions(['all', '--no-save'], suites).save, false);
  });

  test('a wrong one ends with exit code 2 and the usage', async () => {
    const { code, stderr } = await bench('nothing');
    assert.equal(code, 2);
    assert.match(stderr, /npm run bench/);
  });
});

describe('comparison', () => {
  test('is relative to the largest element, and holds only what has a tolerance', () => {
    const { agrees, differences } = compareAnswers({ b: [1000, 1e-9], other: 1 }, { b: [1000, 2e-9], other: 2 }, { b: 1e-11 });
    assert.ok(agrees);
    assert.ok(Math.abs((differences['b'] ?? 1) - 1e-12) < 1e-15);
  });

  test('a difference above the tolerance, another length, a NaN on one side or nothing in common is a disagreement', () => {
    assert.ok(!compareAnswers({ b: 1 }, { b: 1.001 }, { b: 1e-4 }).agrees);
    assert.ok(!compareAnswers({ b: [1, 2] }, { b: [1] }, { b: 1 }).agrees);
    assert.ok(!compareAnswers({ b: [1, Number.NaN] }, { b: [1, 2] }, { b: 1 }).agrees);
    assert.ok(!compareAnswers({ a: 1 }, { b: 1 }, { a: 1, b: 1 }).agrees);
    assert.ok(compareAnswers({ b: [Number.NaN, 0] }, { b: [Number.NaN, 0] }, { b: 0 }).agrees);
  });
});

describe('a contest', () => {
  const spin = (name: string, value: number) => async () => inProcess(name, '1', () => {
    const until = performance.now() + 2;
    while (performance.now() < until);
    return value;
  }, (result) => ({ value: result }));

  test('fails when a peer computes something else, and names a peer that is absent', async () => {
    const { failures, comparisons } = await contest(setting, {
      ours: spin('ours', 1), peers: [spin('right', 1), spin('wrong', 2), async () => ({ name: 'missing', absent: 'not installed' })], tolerances: { value: 0 },
    });
    assert.deepEqual(comparisons.map(({ peer, agrees, absent }) => [peer, agrees, absent]), [['right', true, null], ['wrong', false, null], ['missing', null, 'not installed']]);
    assert.equal(failures.length, 1);
    assert.match(failures[0] ?? '', /^wrong: value/);
    for (const comparison of comparisons) recordSchema.parse(toRecord('s', 'c', comparison, setting, new Date().toISOString()));
  });

  test('a suite at a glance has a line per case with every peer, what differs and what is absent', async () => {
    const { comparisons } = await contest(setting, {
      ours: spin('ours', 1), peers: [spin('right', 1), spin('wrong', 2), async () => ({ name: 'missing', absent: 'not installed' })], tolerances: { value: 0 },
    });
    const records = ['first', 'second'].flatMap((name) => comparisons.map((comparison) => toRecord('s', name, comparison, setting, new Date().toISOString())));
    const lines = showSummary(records).split('\n');
    assert.equal(lines.length, 3);
    assert.match(lines[1] ?? '', /^ {2}first .*right .*×\), wrong .*, DIFFERS\), missing absent$/);
  });

  test('results are kept as one line of JSON per comparison', async () => {
    const into = await mkdtemp(join(tmpdir(), 'zerosec-bench-test-'));
    try {
      const { comparisons } = await contest(setting, { ours: spin('ours', 1), peers: [spin('one', 1), spin('two', 1)], tolerances: { value: 0 } });
      const path = await saveResults('s', comparisons.map((one) => toRecord('s', 'c', one, setting, new Date().toISOString())), into);
      const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
      assert.deepEqual(lines.map((line) => recordSchema.parse(JSON.parse(line)).peer), ['one', 'two']);
    } finally {
      await rm(into, { recursive: true });
    }
  });
});

test('the speeds of this machine are those of a machine', () => {
  const { flops, bytes } = measureSpeeds(32 * 2 ** 20);
  assert.ok(flops > 1e7 && flops < 1e12, `${flops} flop/s`);
  assert.ok(bytes > 1e7 && bytes < 1e13, `${bytes} bytes/s`);
});

test('a quick case runs from the command line: right answers, one record per peer, installed or named as absent', async () => {
  const { code, stdout, stderr } = await bench('linear', '--case', 'n1k', '--quick', '--json', '--no-save');
  assert.equal(code, 0, stderr);
  const records = stdout.trimEnd().split('\n').map((line) => recordSchema.parse(JSON.parse(line)));
  assert.equal(records.length, 4);
  for (const record of records) {
    assert.equal(record.suite, 'linear');
    assert.equal(record.case, 'n1k');
    assert.ok(record.absent !== null ? record.peer_s === null : record.agrees === true, JSON.stringify(record));
  }
});
