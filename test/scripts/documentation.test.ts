import { test } from 'node:test';
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { createProgram } from '../../cli/program.ts';
import { Context } from '../../cli/context.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const pages = globSync(['*.md', '{docs,kernels,bench,examples,cluster,api,platform,client,cli,schemas,deploy}/**/*.md'], { cwd: root, exclude: ['**/node_modules/**'] }).sort();
const withoutCode = (text: string): string => text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');
/** GitHub's ids of headings. */
const anchors = (text: string): string[] => [...withoutCode(text).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => title.toLowerCase().replace(/[^\p{L}\p{N}\- _]/gu, '').trim().replaceAll(' ', '-'));
const shellLines = (text: string): string[] => [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, block = '']) => block.split('\n')).map((line) => line.replace(/(?:^|\s)#.*$/, '').trim()).filter((line) => line !== '');

test('the pages that a reader starts from exist', () => {
  for (const page of ['README.md', 'CHANGELOG.md', 'docs/quick-start.md', 'docs/architecture.md', 'docs/deployment.md', 'docs/operations.md', 'docs/roadmap.md', 'docs/security.md', 'docs/api.md', 'docs/configuration.md', 'examples/README.md', 'kernels/README.md']) assert.ok(pages.includes(page), page);
});

for (const page of pages) {
  test(`relative links of ${page} lead somewhere`, () => {
    for (const [, target = ''] of withoutCode(read(page)).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : normalize(join(dirname(page), decodeURI(path)));
      assert.ok(existsSync(join(root, file)), `${target}: there is no ${file}`);
      if (anchor !== undefined && file.endsWith('.md')) assert.ok(anchors(read(file)).includes(anchor), `${target}: ${file} has no such heading`);
    }
  });

  test(`commands of ${page} exist`, () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const commands = createProgram(new Context('en', {}), '0', () => undefined).commands.map((command) => command.name());
    for (const line of shellLines(read(page))) {
      for (const [, name = ''] of line.matchAll(/\bnpm run (?:-s )?([\w:-]+)/g)) assert.ok(name in scripts, `${line}: no script ${name}`);
      for (const [, name = ''] of line.matchAll(/\bnpm (start|test)\b/g)) assert.ok(name in scripts, `${line}: no script ${name}`);
      for (const [, name = ''] of line.matchAll(/\bzerosec ([a-z]+)/g)) assert.ok(commands.includes(name), `${line}: no command ${name}; there are ${commands.join(', ')}`);
      for (const [, file = ''] of line.matchAll(/\bnode ((?!-)[\w./-]+\.(?:ts|mjs))/g)) assert.ok(existsSync(join(root, file)), `${line}: no file ${file}`);
      for (const [path] of line.matchAll(/\bexamples\/[\w./-]+\.(?:csv|json)/g)) assert.ok(existsSync(join(root, path)), `${line}: no file ${path}`);
    }
  });
}

test('the first block of the README is the two commands: one to see it work, one to test it', () => {
  const [demo = '', check = ''] = shellLines(read('README.md'));
  assert.equal(demo, 'npm ci && npm run demo');
  assert.equal(check, 'npm ci && npm test');
});

test('the operations page names every metric of ours and no other', () => {
  const ours = ['api/metrics.ts', 'cluster/supervisor/metrics.ts'].flatMap((file) => [...read(file).matchAll(/'(zerosec_\w+)'/g)].map(([, name = '']) => name)).sort();
  const told = [...new Set([...read('docs/operations.md').matchAll(/`(zerosec_\w+)`/g)].map(([, name = '']) => name))].sort();
  assert.deepEqual(told, ours);
});

test('environment variables in the pages are variables of the configuration', () => {
  const known = new Set([...read('docs/configuration.md').matchAll(/^\| `(\w+)` \|/gm)].map(([, name = '']) => name));
  // of the image and the tests
  const foreign = new Set(['NODE_IMAGE', 'ZEROSEC_REVISION', 'ZEROSEC_SHARED']);
  for (const page of ['README.md', 'docs/quick-start.md', 'docs/architecture.md', 'docs/deployment.md', 'docs/operations.md', 'docs/security.md']) {
    for (const [, name = ''] of read(page).matchAll(/`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=[^`]*)?`/g)) assert.ok(known.has(name) || foreign.has(name), `${page}: ${name}`);
  }
});
