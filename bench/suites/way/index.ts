import { setTimeout as sleep } from 'node:timers/promises';
import { isTerminal } from '../../../schemas/index.ts';
import type { Case, CaseResult, Suite } from '../../harness/index.ts';
import { quantile } from './floor.ts';
import { now, stagesOf, type ClientTimes, type Stages } from './stages.ts';
import { startBenchSystem, type BenchSystem } from './system.ts';

/** Twenty rows, two columns, nothing but result.json: all that is left is the way of a job through the system. */
const table = `x,y\n${Array.from({ length: 20 }, (_, i) => `${i},${2 * i + ((i * 7) % 5)}`).join('\n')}\n`;
const parameters = { target_column: 'y', outputs: [] };
const jobs = { full: 200, quick: 8 };
/** Jobs whose times are not counted: code is compiled, connections are opened. */
const warmup = 5;
/** Targets of one job on an idle machine of two cores, ms. */
const target = { p50: 150, p95: 400 };
const patienceMs = 600_000;

const oneAfterAnother: Case = {
  name: 'one-after-another',
  about: `${jobs.full} tiny linear jobs, each submitted when the one before is known to be completed (target p50 ≤ ${target.p50} ms, p95 ≤ ${target.p95} ms)`,
  run: (setting) => withSystem(setting.threads, async (system) => {
    const uploadId = await upload(system);
    const times: ClientTimes[] = [];
    const count = setting.quick ? jobs.quick : jobs.full;
    for (let index = 0; index < warmup + count; index += 1) {
      const asked = now();
      const { job_id: jobId } = await system.client.createJob({ jobType: 'linear_analysis', uploadId, parameters });
      const answered = now();
      const { state, error } = await system.client.waitForJob(jobId, { timeoutMs: patienceMs });
      if (state !== 'completed') throw new Error(`job ${jobId} is ${state}: ${JSON.stringify(error)}`);
      times.push({ jobId, asked, answered, told: now() });
    }
    const stages = (await stagesOf(system.platform, times)).slice(warmup);
    const of = (stage: keyof Stages, share: number): number => quantile(stages.map((one) => one[stage]), share);
    const [p50, p95] = [of('total', 0.5), of('total', 0.95)];
    const names = Object.keys(stages[0] as Stages) as (keyof Stages)[];
    return {
      comparisons: [alone(p50 / 1000, count, system, { p50_ms: p50, p95_ms: p95, ...Object.fromEntries(names.map((name) => [`${name}_p50_ms`, of(name, 0.5)])) })],
      failures: [],
      details: [
        `submit → completed: p50 ${p50.toFixed(0)} ms, p95 ${p95.toFixed(0)} ms: ${p50 <= target.p50 && p95 <= target.p95 ? 'on target' : `above the target of ${target.p50}/${target.p95} ms`}`,
        ...names.map((name) => `${name.padEnd(8)} p50 ${of(name, 0.5).toFixed(1).padStart(6)} ms   p95 ${of(name, 0.95).toFixed(1).padStart(6)} ms`),
      ],
    };
  }),
};

const atOnce: Case = {
  name: 'at-once',
  about: `${jobs.full} tiny linear jobs submitted together: all complete, each in one attempt with one result`,
  run: (setting) => withSystem(setting.threads, async (system) => {
    const uploadId = await upload(system);
    const count = setting.quick ? jobs.quick : jobs.full;
    const started = now();
    const submitted = await Promise.all(Array.from({ length: count }, () => system.client.createJob({ jobType: 'linear_analysis', uploadId, parameters })));
    const accepted = now();
    const ids = submitted.map((job) => job.job_id);
    const seconds = (await lastEnd(system, ids, started + patienceMs) - started) / 1000;
    return {
      comparisons: [alone(seconds / count, count, system, { jobs: count, jobs_per_s: count / seconds, accepted_ms: accepted - started })],
      failures: await wrongs(system, ids),
      details: [`${count} jobs in ${seconds.toFixed(2)} s: ${(count / seconds).toFixed(1)} jobs/s; all accepted after ${(accepted - started).toFixed(0)} ms`],
    };
  }),
};

async function withSystem(threads: number, work: (system: BenchSystem) => Promise<CaseResult>): Promise<CaseResult> {
  const system = await startBenchSystem({ workers: 1, threads });
  try {
    return await work(system);
  } finally {
    await system.stop();
  }
}

async function upload({ client }: BenchSystem): Promise<string> {
  return (await client.uploadFile(new Blob([table]), 'tiny.csv')).upload_id;
}

function alone(seconds: number, count: number, { floor }: BenchSystem, quality: Record<string, number>): CaseResult['comparisons'][number] {
  return { ours_s: seconds, ours_cpu_s: null, peer: null, peer_version: null, peer_s: null, peer_cpu_s: null, absent: null, agrees: null, rounds: count, floor, quality };
}

/** @returns when the last job ended, epoch ms. @throws when that takes too long */
async function lastEnd({ platform }: BenchSystem, ids: readonly string[], until: number): Promise<number> {
  for (;;) {
    const { rows: [row] } = await platform.knex.raw<{ rows: { open: number; last: number }[] }>(
      'select count(*) filter (where finished_at is null) as open, extract(epoch from max(finished_at))::double precision * 1000 as last from jobs where job_id = any(?::uuid[])', [ids] as never);
    if (row?.open === 0) return row.last;
    if (now() > until) throw new Error(`${row?.open} of ${ids.length} jobs have not ended`);
    await sleep(200);
  }
}

/** Jobs that did not complete, ran twice or have not exactly one result. */
async function wrongs({ platform }: BenchSystem, ids: readonly string[]): Promise<string[]> {
  const checked = await Promise.all(ids.map(async (id) => {
    const [job, attempts, artifacts] = await Promise.all([platform.jobs.find(id), platform.jobs.attempts(id), platform.jobs.artifacts(id)]);
    if (job === undefined || !isTerminal(job.state) || job.state !== 'completed') return `job ${id} is ${job?.state ?? 'gone'}`;
    if (attempts.length !== 1) return `job ${id} took ${attempts.length} attempts`;
    return artifacts.length === 1 ? [] : `job ${id} has ${artifacts.length} artifacts`;
  }));
  return checked.flat();
}

/** No peer program exists; the floor is what the services take by themselves. */
export const way: Suite = { name: 'way', about: 'the way of a job through the embedded system, without work to do', cases: [oneAfterAnother, atOnce] };
