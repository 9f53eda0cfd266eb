import { test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const root = join(import.meta.dirname, '../..');
const noRepository = existsSync(join(root, '.git')) ? false : 'not a git checkout';
/** Sources of the COPY lines that take from the build context. */
const copied = readFileSync(join(root, 'Dockerfile'), 'utf8').split('\n')
  .filter((line) => /^COPY (?!--from)/.test(line)).flatMap((line) => line.split(/\s+/).slice(1, -1));
const ignored = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n').filter((line) => line !== '' && !line.includes('*'));

test('every path that the image copies is in the repository and not kept out of the build context', { skip: noRepository }, () => {
  const tracked = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).split('\n');
  assert.ok(copied.length > 10, 'COPY lines found');
  for (const path of copied) {
    assert.ok(tracked.some((file) => file === path || file.startsWith(`${path}/`)), `${path} is not tracked by git`);
    assert.ok(!ignored.some((name) => path === name || path.startsWith(`${name}/`)), `${path} is in .dockerignore`);
  }
});

test('whatever api, worker and migrate may import is in the image', () => {
  const inImage = (file: string): boolean => copied.some((path) => file === path || file.startsWith(`${path}/`));
  const seen = new Set<string>();
  const follow = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    assert.ok(inImage(file), `${file} is imported but not copied`);
    for (const [, target = ''] of readFileSync(join(root, file), 'utf8').matchAll(/(?:from|import\(|import|new URL\() ?'(\.{1,2}\/[^']+\.(?:ts|mjs))'/g)) {
      follow(relative(root, join(root, dirname(file), target)));
    }
  };
  for (const entry of ['cli/main.ts', 'api/main.ts', 'cluster/main.ts', 'cluster/job/main.ts', 'cluster/job/thread.ts', 'bin/health.mjs']) follow(entry);
  assert.ok(seen.size > 100, `${seen.size} files reached`);
});
