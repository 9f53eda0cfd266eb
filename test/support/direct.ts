import { randomUUID } from 'node:crypto';
import type { JobModel } from '../../platform/index.ts';
import { isTerminal } from '../../schemas/index.ts';
import { eventually } from './chaos.ts';
import type { TestSystem } from './system.ts';

/** Submits a job without the API: for tests of what stands behind the queue. `inputs`: contents of further inputs by name. */
export async function submitDirect(system: TestSystem, table: string | Uint8Array, parameters: Record<string, unknown> = { target_column: 'y', outputs: [] }, announce = 1, inputs: Record<string, string> = {}): Promise<string> {
  const { platform } = system;
  const id = await uploadDirect(system, table, 'table.csv');
  const further: Record<string, string> = {};
  for (const [name, contents] of Object.entries(inputs)) further[name] = await uploadDirect(system, contents, `${name}.csv`);
  const job = { job_id: id, upload_id: id, owner: 'test', job_type: 'linear_analysis' as const, parameters, max_attempts: platform.config.MAX_RETRIES + 1, traceparent: null, inputs: further };
  await platform.transaction((trx) => platform.jobs.submit(job, trx));
  await relay(system, announce);
  return id;
}

async function uploadDirect({ platform }: TestSystem, contents: string | Uint8Array, filename: string): Promise<string> {
  const id = randomUUID();
  const place = { bucket: platform.config.S3_INPUTS_BUCKET, key: `inputs/${id}/${filename}` };
  await platform.storage.uploadBytes(place, Buffer.from(contents), 'text/csv');
  await platform.uploads.create({
    upload_id: id, owner: 'test', filename, content_type: 'text/csv', bucket: place.bucket, object_key: place.key, max_bytes: 1e9, declared_bytes: null, declared_sha256: null, expires_in: 600,
  });
  const stored = await platform.storage.head(place);
  if (stored === undefined) throw new Error('the input did not arrive');
  await platform.uploads.complete(id, stored);
  return id;
}

/** Does the relay's work once; each message `copies` times. */
export async function relay(system: TestSystem, copies = 1): Promise<void> {
  const { outbox, queue } = system.platform;
  const rows = await outbox.take(1000);
  for (let copy = 0; copy < copies; copy += 1) {
    const ids = await queue.send(rows.map((row) => row.body));
    if (copy === 0) await outbox.sent(rows.map((row, index) => ({ outbox_id: row.outbox_id, message_id: ids[index] ?? '' })));
  }
}

/** Waits for the job's end, relaying what retries leave in the outbox. */
export async function ended(system: TestSystem, jobId: string, timeoutMs = 180_000): Promise<JobModel> {
  let job: JobModel | undefined;
  await eventually(`the end of job ${jobId}`, async () => {
    await relay(system);
    job = await system.platform.jobs.find(jobId);
    return job !== undefined && isTerminal(job.state);
  }, timeoutMs);
  return job as JobModel;
}
