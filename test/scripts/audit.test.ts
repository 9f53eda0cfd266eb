import { test } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const script = join(import.meta.dirname, '../../scripts/audit.ts');
const nothing = JSON.stringify({ vulnerabilities: {} });

function report(severity: string): string {
  const cause = { source: 1, name: 'leaky', severity, title: 'Lets things out', url: 'https://github.com/advisories/GHSA-0000-0000-0000' };
  return JSON.stringify({ vulnerabilities: { leaky: { via: [cause] }, heir: { via: ['leaky'] } } });
}

/** Runs the audit with an npm that answers `production` or `all`. */
function audit(production: string, all: string): { status: number | null; stdout: string } {
  const folder = mkdtempSync(join(tmpdir(), 'zerosec-audit-'));
  try {
    writeFileSync(join(folder, 'npm'), `#!/bin/sh\ncase "$*" in\n*--omit=dev*) cat <<'END'\n${production}\nEND\n;;\n*) cat <<'END'\n${all}\nEND\n;;\nesac\nexit 1\n`, { mode: 0o755 });
    return spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', script], { encoding: 'utf8', env: { ...process.env, PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}` } });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('a high finding in what production installs fails', () => {
  const { status, stdout } = audit(report('high'), report('high'));
  assert.equal(status, 1);
  assert.match(stdout, /high leaky \(production\): Lets things out https:\/\/github\.com\/advisories\/GHSA-0000-0000-0000\n/);
});

test('a moderate one, or a critical one of a development tool, is listed only', () => {
  assert.equal(audit(report('moderate'), report('moderate')).status, 0);
  const { status, stdout } = audit(nothing, report('critical'));
  assert.equal(status, 0);
  assert.match(stdout, /critical leaky \(development\)/);
  assert.match(stdout, /1 known, 0 of them in production/);
});

test('a registry that cannot be asked is told, not taken for a clean bill', () => {
  for (const answer of ['', JSON.stringify({ message: 'method not allowed', error: {} })]) {
    const { status, stdout } = audit(answer, answer);
    assert.equal(status, 0);
    assert.match(stdout, /nothing was checked/);
  }
});
