import { spawnSync } from 'node:child_process';

/** For the `skip` option of a test: false when Debian's python3 has the module, else why the test cannot run. */
export function withoutPython(module: string): string | false {
  const { status } = spawnSync('/usr/bin/python3', ['-c', `import ${module}`], { stdio: 'ignore', timeout: 120_000 });
  return status === 0 ? false : `python3 with ${module} is absent`;
}

/** Runs a script with JSON on its standard input and reads JSON from its output. */
export function python(script: string, input: unknown): unknown {
  const { status, stdout, stderr } = spawnSync('/usr/bin/python3', ['-c', script], { input: JSON.stringify(input), encoding: 'utf8', timeout: 240_000, maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}
