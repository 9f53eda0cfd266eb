import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
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
export function follow(system: TestSystem, jobId: string): Followed {
  const events: JobEvent[] = [];
  const done = system.client().waitForJob(jobId, { onEvent: (event) => void events.push(event), timeoutMs: 120_000, unreachableMs: 60_000 }).then((job) => job.state);
  return { events, done };
}

/** What must hold after any fault: one end, one result set, every file whole, and monotone progress for whoever watched. */
export async function assertOneResult(system: TestSystem, jobId: string, followed: Followed): Promise<void> {
  assert.equal(await followed.done, 'completed', JSON.stringify((await system.platform.jobs.find(jobId))?.error));
  const percents = followed.events.map((event) => event.percent);
  assert.deepEqual(percents, [...percents].sort((a, b) => a - b), 'progress fell');
  assert.deepEqual(followed.events.map((event) => event.seq), followed.events.map((_, index) => index + 1), 'an event was lost or came twice');
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
}

export async function eventually(what: string, check: () => Promise<boolean> | boolean, timeoutMs = 30_000): Promise<void> {
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
