import { mkdir } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeMachine, parseOptions, saveResults, showMachine, showRecords, showSummary, toRecord, usage, UsageError, type Options, type Record, type Setting, type Suite } from './harness/index.ts';
import { suites } from './suites/index.ts';

/** Entry of `npm run bench`; see bench/README.md. Exit code 1: an answer is wrong or a case failed; 2: usage. */
async function main(): Promise<number> {
  let options: Options;
  try {
    options = parseOptions(process.argv.slice(2), suites);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\n\n${usage}`);
    return 2;
  }
  if (options.list) {
    for (const suite of options.suites) {
      console.log(`${suite.name}: ${suite.about}`);
      for (const one of suite.cases) console.log(`  ${one.name.padEnd(24)} ${one.about}`);
    }
    return 0;
  }
  const say = options.json ? console.error : console.log;
  const machine = describeMachine();
  const cache = join(tmpdir(), 'zerosec-bench-inputs');
  await mkdir(cache, { recursive: true });
  const setting: Setting = { threads: options.threads, quick: options.quick, machine, cache, log: (text) => say(`  ${text}`) };
  say(showMachine(machine));
  let failures = 0;
  for (const suite of options.suites) failures += await runSuite(suite, options, setting, say);
  if (failures > 0) console.error(`${failures} failure${failures > 1 ? 's' : ''}`);
  return failures > 0 ? 1 : 0;
}

async function runSuite(suite: Suite, options: Options, setting: Setting, say: (text: string) => void): Promise<number> {
  const date = new Date().toISOString();
  const all: Record[] = [];
  let failures = 0;
  for (const one of suite.cases) {
    if (options.caseName !== null && options.caseName !== one.name) continue;
    say(`\n${suite.name}/${one.name}: ${one.about}`);
    try {
      const result = await one.run(setting);
      const records = result.comparisons.map((comparison) => toRecord(suite.name, one.name, comparison, setting, date));
      all.push(...records);
      if (records.length > 0) say(showRecords(records));
      for (const line of result.details) say(`  ${line}`);
      if (options.json) for (const record of records) console.log(JSON.stringify(record));
      for (const failure of result.failures) console.error(`  FAILED ${suite.name}/${one.name}: ${failure}`);
      failures += result.failures.length;
    } catch (error) {
      failures += 1;
      console.error(`  FAILED ${suite.name}/${one.name}:`, error);
    }
  }
  if (options.caseName === null && all.length > 0) say(`\n${suite.name}, all cases (load now ${(loadavg()[0] ?? 0).toFixed(1)}):\n${showSummary(all)}`);
  if (options.save && all.length > 0) say(`\nwritten to ${await saveResults(suite.name, all)}`);
  return failures;
}

process.exitCode = await main();
