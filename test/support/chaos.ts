import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import type { JobEvent } from '../../schemas/index.ts';
import type { TestSystem } from './system.ts';

/** A table large enough that every stage of its job lasts long enough to be hit. */
export function slowTable(rows = 20_000, columns = 12): Blob {
  let state = 12_345;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
  const lines = [Array.from({ length: columns }, (_, j) => `x${j}`).concat('y').join(',')];
  for (let i = 0; i < rows; i += 1) {
    const values = Array.from({ length: columns }, () => Math.round(random() * 1e6) / 1e6);
    lines.push([...values, Math.round((values.reduce((sum, value, j) => sum + value * (j + 1), 0) + random()) * 1e6) / 1e6].join(','));
  }
  return new Blob([`${lines.join('\n')}\n`]);
}

export interface Followed {
  events: JobEvent[];
  done: Promise<string>;
}

/** Follows a job as a client does, through every interruption, and keeps what it saw. */
export function follow(system: TestSystem, jobId: string, timeoutMs = 240_000): Followed {
  const events: JobEvent[] = [];
  const done = system.client().waitForJob(jobId, { onEvent: (event) => void events.push(event), timeoutMs, unreachableMs: 120_000 }).then((job) => job.state);
  return { events, done };
}

/** What must hold after any fault: one end, one result set, every file whole, and monotone progress for whoever watched. */
export async function assertOneResult(system: TestSystem, jobId: string, followed: Followed): Promise<void> {
  assert.equal(await followed.done, 'completed', JSON.stringify((await system.platform.jobs.find(jobId))?.error));
  const percents = followed.events.map((event) => event.percent);
  assert.deepEqual(percents, [...percents].sort((a, b) => a - b), 'progress fell');
  // while the stream is away the client looks at the job instead, and repeats the last number it knows
  const numbers = followed.events.map((event) => event.seq).filter((seq, index, all) => seq > 0 && seq !== all[index - 1]);
  assert.deepEqual(numbers, numbers.map((_, index) => index + 1), 'an event was lost or came twice');
  assert.equal(followed.events.filter((event) => event.state === 'completed').length, 1);

  const artifacts = await system.platform.jobs.artifacts(jobId);
  const attempts = new Set(artifacts.map((artifact) => artifact.attempt));
  assert.equal(attempts.size, 1, 'files of two attempts were published');
  assert.ok(artifacts.some((artifact) => artifact.path === 'result.json'));
  for (const artifact of artifacts) {
    const url = await system.platform.storage.presignGet({ bucket: system.platform.config.S3_OUTPUTS_BUCKET, key: artifact.file_key }, { fileName: artifact.file_name, contentType: artifact.content_type, expiresIn: 60 });
    const bytes = Buffer.from(await (await fetch(url)).arrayBuffer());
    assert.equal(createHash('sha256').update(bytes).digest('hex'), artifact.sha256, artifact.path);
  }
  await assertDeadAttemptsInvisible(system, jobId);
}

/** What an attempt left in the storage that did not complete can be neither listed nor fetched. */
async function assertDeadAttemptsInvisible(system: TestSystem, jobId: string): Promise<void> {
  const job = await system.platform.jobs.find(jobId);
  const published = await system.platform.jobs.artifacts(jobId);
  for (const artifact of published) assert.ok(artifact.file_key.startsWith(job?.output_prefix ?? '?'), artifact.file_key);
  for (let attempt = 1; attempt < (job?.attempt ?? 0); attempt += 1) {
    const response = await fetch(`${system.url}/api/v1/presign/download`, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ job_id: jobId, file_key: `outputs/${jobId}/${attempt}/result.json` }),
    });
    assert.equal(response.status, 404, `a file of attempt ${attempt} can be fetched`);
  }
}

/** What must hold when the dust has settled: no job waits, no message, no scratch, no process without a master. */
export async function assertNothingLeft(system: TestSystem): Promise<void> {
  const { knex, queue } = system.platform;
  const unfinished = await knex('jobs').select('job_id', 'state').whereNull('finished_at') as unknown[];
  assert.deepEqual(unfinished, [], 'a job never ended');
  assert.deepEqual(await knex('job_attempts').select('job_id', 'attempt').whereNull('outcome') as unknown[], [], 'an attempt never ended');
  await eventually('the outbox is empty', async () => (await knex('outbox').whereNull('sent_at')).length === 0);
  await eventually('the queue is empty', async () => {
    const { visible, inFlight } = await queue.depth();
    return visible + inFlight === 0;
  });
  await eventually('no scratch files are left', async () => (await readdir(system.scratch)).length === 0);
  await eventually('no job process is an orphan', async () => (await system.orphans()).length === 0);
}

export async function eventually(what: string, check: () => Promise<boolean> | boolean, timeoutMs = 120_000): Promise<void> {
  const until = performance.now() + timeoutMs;
  while (!(await check())) {
    if (performance.now() > until) throw new Error(`did not happen in ${timeoutMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Submits the table; the caller follows the job. */
export async function submit(system: TestSystem, file: Blob, parameters: Record<string, unknown> = { target_column: 'y', outputs: ['charts'] }): Promise<string> {
  const client = system.client();
  const upload = await client.uploadFile(file, 'table.csv');
  const { job_id } = await client.createJob({ jobType: 'linear_analysis', uploadId: upload.upload_id, parameters });
  return job_id;
}
