import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { Absent, Contestant } from './types.ts';

/**
 * Peers run as processes that stay: they load their input, say that they are ready, and then do the work whenever they are told
 * to (`run 3`, `answers`, `end`, one word a line; every reply is one line of JSON). So ours and theirs take turns on the same
 * machine in the same minute, and neither start-up nor loading is measured.
 */
const readySchema = z.union([z.strictObject({ ready: z.literal(true), version: z.string() }), z.strictObject({ absent: z.string() })]);
const timingSchema = z.strictObject({ wall_s: z.number().positive(), cpu_s: z.number().nonnegative() });
const answersSchema = z.record(z.string(), z.union([z.number(), z.array(z.number())]));

/** BLAS libraries and OpenMP read these; the two others are set on some machines and choose slower kernels. */
const threadVariables = ['OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS', 'BLIS_NUM_THREADS', 'NUMEXPR_NUM_THREADS'];
const unset = ['OPENBLAS_CORETYPE', 'OPENBLAS_L2_SIZE'];

const interpreters = { py: process.env['BENCH_PYTHON'] ?? '/usr/bin/python3', R: process.env['BENCH_RSCRIPT'] ?? 'Rscript' };

/** @param script file below bench/peers; its ending says who runs it */
export async function peerProcess(name: string, script: string, scriptArguments: readonly (string | number)[], threads: number): Promise<Contestant | Absent> {
  const interpreter = interpreters[script.endsWith('.R') ? 'R' : 'py'];
  const environment: NodeJS.ProcessEnv = { ...process.env, ...Object.fromEntries(threadVariables.map((variable) => [variable, String(threads)])) };
  for (const variable of unset) delete environment[variable];
  const child = spawn(interpreter, [fileURLToPath(new URL(`../peers/${script}`, import.meta.url)), ...scriptArguments.map(String)], { env: environment, stdio: ['pipe', 'pipe', 'pipe'] });
  let failed: Error | null = null;
  let words = '';
  child.on('error', (error) => { failed = error; });
  child.stdin.on('error', () => undefined); // the end of the process is told by its output
  child.stderr.on('data', (chunk: Buffer) => { words = (words + chunk.toString()).slice(-2000); });
  const replies = createInterface({ input: child.stdout })[Symbol.asyncIterator]();

  const reply = async (): Promise<unknown> => {
    const { value, done } = await replies.next();
    if (done !== true) return JSON.parse(value) as unknown;
    if (failed !== null) throw failed;
    throw new Error(`${name} ended: ${words.trim().split('\n').slice(-4).join(' | ')}`);
  };
  const ask = (line: string): Promise<unknown> => {
    child.stdin.write(`${line}\n`);
    return reply();
  };

  let opening: z.infer<typeof readySchema>;
  try {
    opening = readySchema.parse(await reply());
  } catch (error) {
    child.kill();
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { name, absent: `${interpreter} is not installed` };
    throw error;
  }
  if ('absent' in opening) {
    child.stdin.end();
    return { name, absent: opening.absent };
  }
  return {
    name,
    version: opening.version,
    run: async (times) => timingSchema.parse(await ask(`run ${times}`)),
    answers: async () => answersSchema.parse(await ask('answers')),
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.stdin.end('end\n');
      await gone;
    },
  };
}
