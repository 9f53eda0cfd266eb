import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { JobModel } from '../../platform/index.ts';
import type { TestSystem } from './system.ts';

/** What the tables must say of a job that completed in spite of a fault: one end, one whole result set, monotone progress. */
export async function assertCompletedOnce(system: TestSystem, job: JobModel): Promise<void> {
  const { jobs, storage, config } = system.platform;
  assert.equal(job.state, 'completed', JSON.stringify(job.error));
  assert.equal(job.error, null, 'the error of an earlier attempt outlived the success');
  const events = await jobs.events(job.job_id, 0, 10_000);
  assert.deepEqual(events.map((event) => event.seq), events.map((_, index) => index + 1), 'an event is missing');
  const percents = events.map((event) => event.percent);
  assert.deepEqual(percents, [...percents].sort((a, b) => a - b), 'progress fell');
  assert.equal(events.filter((event) => event.state === 'completed').length, 1);

  const attempts = await jobs.attempts(job.job_id);
  assert.deepEqual(attempts.filter((attempt) => attempt.outcome === 'completed').map((attempt) => attempt.attempt), [job.attempt]);
  assert.deepEqual(attempts.filter((attempt) => attempt.outcome === null), [], 'an attempt never ended');
  const artifacts = await jobs.artifacts(job.job_id);
  assert.ok(artifacts.some((artifact) => artifact.path === 'result.json'));
  assert.equal(new Set(artifacts.map((artifact) => artifact.path)).size, artifacts.length, 'a file was published twice');
  for (const artifact of artifacts) {
    assert.equal(artifact.attempt, job.attempt);
    const url = await storage.presignGet({ bucket: config.S3_OUTPUTS_BUCKET, key: artifact.file_key }, { fileName: artifact.file_name, contentType: artifact.content_type, expiresIn: 60 });
    const bytes = Buffer.from(await (await fetch(url)).arrayBuffer());
    assert.equal(createHash('sha256').update(bytes).digest('hex'), artifact.sha256, artifact.path);
  }
}
