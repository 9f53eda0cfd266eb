/**
 * Runs test files, three at a time, in the order in which they are given (`node --test` sorts them), each in a process of its own.
 * `node scripts/run-tests.ts LIST FILE …`: LIST is where the files that failed are written.
 */
import { createWriteStream } from 'node:fs';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import failedFiles from './failed-files.ts';

/** Two that compute and one that waits (test.ts spreads these): the whole of two cores, and air enough for timers. */
const filesAtOnce = 3;
/** Of a test, and of all tests of a file, ms. */
const testPatience = 600_000;
const filePatience = 900_000;

const [list = '', ...files] = process.argv.slice(2);
const results = run({ files, concurrency: filesAtOnce, timeout: filePatience, execArgv: ['--disable-warning=ExperimentalWarning', `--test-timeout=${testPatience}`] });
results.on('test:fail', ({ todo }) => {
  if (todo === undefined || todo === false) process.exitCode = 1;
});
const reported = (reporter: Parameters<typeof results.compose>[0]): NodeJS.ReadableStream => results.compose<NodeJS.ReadableStream>(reporter);
reported(new spec()).pipe(process.stdout);
reported(failedFiles).pipe(createWriteStream(list));
