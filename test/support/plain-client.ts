import assert from 'node:assert/strict';
import type { z } from 'zod';
import { artifactListSchema, createJobResponseSchema, jobStatusResponseSchema, linearResultSchema, linearViews, presignDownloadResponseSchema, presignUploadResponseSchema, type LinearView } from '../../schemas/index.ts';

export type Status = z.infer<typeof jobStatusResponseSchema>;

const json = { 'content-type': 'application/json' };

async function answer<T extends z.ZodType>(schema: T, request: Promise<Response>): Promise<z.infer<T>> {
  const response = await request;
  const body: unknown = await response.json();
  assert.equal(response.status, 200, JSON.stringify(body));
  return schema.parse(body);
}

/** What an existing client of the original does, with fetch and nothing else: the documented way, from file to files. */
export class PlainClient {
  readonly #api: string;

  constructor(url: string) {
    this.#api = `${url}/api/v1`;
  }

  /** presign → PUT → POST /jobs. @returns the job's id */
  async submit(file: Uint8Array | string, filename: string, contentType: string, parameters: Record<string, unknown>): Promise<string> {
    const place = await answer(presignUploadResponseSchema, fetch(`${this.#api}/presign/upload`, { method: 'POST', headers: json, body: JSON.stringify({ filename, content_type: contentType }) }));
    const put = await fetch(place.url, { method: 'PUT', headers: { 'content-type': contentType }, body: file as BodyInit });
    assert.equal(put.status, 200, await put.text());
    const created = await answer(createJobResponseSchema, fetch(`${this.#api}/jobs`, {
      method: 'POST', headers: json, body: JSON.stringify({ job_id: place.job_id, job_type: 'linear_analysis', input_bucket: place.bucket, input_key: place.key, parameters }),
    }));
    assert.deepEqual(created, { job_id: place.job_id, status: 'queued', message: 'Job queued successfully' });
    return place.job_id;
  }

  /** Polls until the job has ended. @returns every status seen */
  async wait(jobId: string, everyMs = 50): Promise<Status[]> {
    const seen: Status[] = [];
    for (;;) {
      const status = await answer(jobStatusResponseSchema, fetch(`${this.#api}/jobs/${jobId}/status`));
      seen.push(status);
      if (['completed', 'failed', 'cancelled'].includes(status.status)) return seen;
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  }

  async artifacts(jobId: string): Promise<z.infer<typeof artifactListSchema>['artifacts']> {
    return (await answer(artifactListSchema, fetch(`${this.#api}/jobs/${jobId}/artifacts`))).artifacts;
  }

  async download(jobId: string, fileKey: string): Promise<{ name: string; bytes: Uint8Array; response: Response }> {
    const { url, file_name: name } = await answer(presignDownloadResponseSchema, fetch(`${this.#api}/presign/download`, { method: 'POST', headers: json, body: JSON.stringify({ job_id: jobId, file_key: fileKey }) }));
    const response = await fetch(url);
    assert.equal(response.status, 200);
    return { name, bytes: new Uint8Array(await response.clone().arrayBuffer()), response };
  }

  /** The whole way. @returns result.json as its first target sees it */
  async analyse(file: Uint8Array | string, filename: string, contentType: string, parameters: Record<string, unknown>): Promise<LinearView> {
    const jobId = await this.submit(file, filename, contentType, parameters);
    const last = (await this.wait(jobId)).at(-1);
    assert.equal(last?.status, 'completed', last?.error_message ?? '');
    const artifact = (await this.artifacts(jobId)).find((one) => one.path === 'result.json');
    const { bytes } = await this.download(jobId, artifact?.file_key ?? '');
    const [view] = linearViews(linearResultSchema.parse(JSON.parse(Buffer.from(bytes).toString())));
    assert.ok(view);
    return view;
  }
}
