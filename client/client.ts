import { z } from 'zod';
import {
  apiKeyListSchema, apiKeySchema, artifactListSchema, createKeyResponseSchema, identitySchema, signInSchema, createJobResponseSchema, createUploadResponseSchema, designListSchema, designResultsSchema, designRowsSchema, Fault, healthResponseSchema, isTerminal, jobListSchema, jobSchema, jobTypeSchema,
  predictionRowsSchema, predictionsSchema, presignDownloadResponseSchema, readinessResponseSchema, storedDesignViewSchema, uploadSchema, type artifactSchema, type createKeyRequestSchema, type JobEvent, type JobState, type JobType, type PredictionRow,
} from '../schemas/index.ts';
import { downloadStream } from './download.ts';
import { followEvents, type FollowOptions, type Job } from './follow.ts';
import { sha256, type Hash } from './sha256.ts';
import { Transport, type TransportOptions } from './transport.ts';
import { contentTypeOfName, hashOf, putFile, type OnBytes } from './upload.ts';

export type Artifact = z.infer<typeof artifactSchema>;
export type ApiKey = z.infer<typeof apiKeySchema>;
export type Upload = z.infer<typeof uploadSchema>;
export type Predictions = z.infer<typeof predictionsSchema>;
export type Design = z.infer<typeof storedDesignViewSchema>;
export type DesignList = z.infer<typeof designListSchema>;
export type DesignRow = z.infer<typeof designRowsSchema>['rows'][number];
export type DesignResults = z.infer<typeof designResultsSchema>;
export type JobList = z.infer<typeof jobListSchema>;

export interface ClientOptions extends TransportOptions {
  /** Hash of the host (e.g. node:crypto's), faster than the built-in one */
  createHash?: () => Hash;
}

export interface WaitOptions extends FollowOptions {
  onEvent?: (event: JobEvent) => void;
  /** Give up waiting (not the job) with `wait_timeout` after so long, ms; default: never */
  timeoutMs?: number;
}

const api = '/api/v1';

const jsonSchema = z.record(z.string(), z.unknown());
const jobTypeListSchema = z.object({ job_types: z.array(z.object({ job_type: jobTypeSchema, available: z.boolean(), parameters: jsonSchema, inputs: jsonSchema })) });
export type JobTypeDescription = z.infer<typeof jobTypeListSchema>['job_types'][number];

/**
 * The HTTP API as functions, for a browser and for Node: fetch and web streams only. Answers are checked against the
 * contract; errors are Faults with the server's code, where and values. Calls that may be repeated are, with backoff; a wait
 * survives every interruption that passes.
 */
export class ZerosecClient {
  readonly #transport: Transport;
  readonly #createHash: () => Hash;

  constructor(options: ClientOptions) {
    this.#transport = new Transport(options);
    this.#createHash = options.createHash ?? sha256;
  }

  get baseUrl(): string {
    return this.#transport.baseUrl;
  }

  health(): Promise<z.infer<typeof healthResponseSchema>> {
    return this.#transport.call(healthResponseSchema, { path: '/health' });
  }

  /** Whether jobs can be taken now. @throws Fault when the server says 503 or nothing */
  ready(signal?: AbortSignal): Promise<z.infer<typeof readinessResponseSchema>> {
    return this.#transport.call(readinessResponseSchema, { path: '/readyz', signal });
  }

  /** Which analyses the server knows, whether it can run them, and their parameters as JSON Schema. */
  async jobTypes(signal?: AbortSignal): Promise<JobTypeDescription[]> {
    return (await this.#transport.call(jobTypeListSchema, { path: `${api}/schemas`, signal })).job_types;
  }

  /** Announces an upload. Repeating this call costs a row that expires, so it is repeated like the others. */
  createUpload(file: { filename: string; contentType?: string; sizeBytes?: number; sha256?: string }, signal?: AbortSignal, trace?: string): Promise<z.infer<typeof createUploadResponseSchema>> {
    return this.#transport.call(createUploadResponseSchema, {
      method: 'POST', path: `${api}/uploads`, repeatable: true, signal, trace,
      body: { filename: file.filename, content_type: file.contentType ?? contentTypeOfName(file.filename), size_bytes: file.sizeBytes ?? null, sha256: file.sha256 ?? null },
    });
  }

  completeUpload(uploadId: string, signal?: AbortSignal, trace?: string): Promise<Upload> {
    return this.#transport.call(uploadSchema, { method: 'POST', path: `${api}/uploads/${encodeURIComponent(uploadId)}/complete`, repeatable: true, signal, trace });
  }

  /** Hashes, announces, puts and completes. The file is streamed (twice), never held. */
  async uploadFile(file: Blob, filename: string, options: { contentType?: string; onBytes?: OnBytes; signal?: AbortSignal; trace?: string } = {}): Promise<Upload> {
    const { signal, trace } = options;
    const digest = await hashOf(file, this.#createHash(), signal);
    const upload = await this.createUpload({ filename, contentType: options.contentType, sizeBytes: file.size, sha256: digest }, signal, trace);
    await putFile(this.#transport, upload.put, file, options);
    return this.completeUpload(upload.upload_id, signal, trace);
  }

  /**
   * Creates a job of a completed upload; `inputs` are uploads of further files by name. The Idempotency-Key makes the call repeatable: however often it arrives, there is
   * one job. Hand in a key of your own to repeat it across restarts.
   */
  createJob(job: { jobType: JobType; uploadId: string; inputs?: Readonly<Record<string, string>>; parameters?: Record<string, unknown>; idempotencyKey?: string; trace?: string }, signal?: AbortSignal): Promise<z.infer<typeof createJobResponseSchema>> {
    return this.#transport.call(createJobResponseSchema, {
      method: 'POST', path: `${api}/jobs`, repeatable: true, signal, trace: job.trace,
      headers: { 'idempotency-key': job.idempotencyKey ?? crypto.randomUUID() },
      body: { job_type: job.jobType, upload_id: job.uploadId, parameters: job.parameters ?? {}, ...(job.inputs === undefined ? {} : { inputs: job.inputs }) },
    });
  }

  job(jobId: string, signal?: AbortSignal): Promise<Job> {
    return this.#transport.call(jobSchema, { path: jobPath(jobId), signal });
  }

  /** One page, newest first; hand `next_cursor` in for the next. */
  jobs(query: { state?: JobState; jobType?: JobType; limit?: number; cursor?: string } = {}, signal?: AbortSignal): Promise<JobList> {
    const search = new URLSearchParams();
    if (query.state !== undefined) search.set('state', query.state);
    if (query.jobType !== undefined) search.set('job_type', query.jobType);
    if (query.limit !== undefined) search.set('limit', String(query.limit));
    if (query.cursor !== undefined) search.set('cursor', query.cursor);
    return this.#transport.call(jobListSchema, { path: `${api}/jobs${search.size > 0 ? `?${search}` : ''}`, signal });
  }

  /** The job's events, each once and in order, until it is terminal; see followEvents. */
  events(jobId: string, options: FollowOptions = {}): AsyncGenerator<JobEvent, void, undefined> {
    return followEvents(this.#transport, jobId, () => this.job(jobId, options.signal), options);
  }

  /** @returns the terminal job, whatever its end. @throws Fault `wait_timeout`, `server_unreachable` (with `unreachableMs`), or what will not pass */
  async waitForJob(jobId: string, options: WaitOptions = {}): Promise<Job> {
    const expired = options.timeoutMs === undefined ? null : AbortSignal.timeout(options.timeoutMs);
    const signals = [options.signal, expired].filter((signal) => signal != null);
    const signal = signals.length > 0 ? AbortSignal.any(signals) : undefined;
    try {
      for (let after = options.after ?? 0; ;) {
        for await (const event of this.events(jobId, { ...options, after, signal })) {
          after = Math.max(after, event.seq);
          options.onEvent?.(event);
        }
        const job = await this.#patiently(() => this.job(jobId, signal), options.unreachableMs ?? Infinity, signal);
        if (isTerminal(job.state)) return job;
      }
    } catch (error) {
      if (expired?.aborted && !options.signal?.aborted) {
        throw new Fault('wait_timeout', `job ${jobId} did not end in time; it goes on running`, { class: 'timeout', values: { job_id: jobId, minutes: Math.round((options.timeoutMs ?? 0) / 6000) / 10 } });
      }
      throw error;
    }
  }

  /** Where the stored predictions of a job come from. @throws Fault `predictions_not_found` */
  predictions(jobId: string, signal?: AbortSignal): Promise<Predictions> {
    return this.#transport.call(predictionsSchema, { path: `${jobPath(jobId)}/predictions`, signal });
  }

  /** Rows of stored predictions, page after page, until all that pass the filter have come. */
  async *predictionRows(jobId: string, query: { target?: string; extrapolated?: boolean; min?: number; max?: number; pageSize?: number } = {}, signal?: AbortSignal): AsyncGenerator<PredictionRow, void, undefined> {
    const { pageSize, ...filter } = query;
    const given = { ...filter, limit: pageSize };
    for (let cursor: string | null = '0'; cursor !== null;) {
      const search = new URLSearchParams(Object.entries({ ...given, cursor }).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])));
      const page: z.infer<typeof predictionRowsSchema> = await this.#transport.call(predictionRowsSchema, { path: `${jobPath(jobId)}/predictions/rows?${search}`, signal });
      yield* page.rows;
      cursor = page.next_cursor;
    }
  }

  /** One page of stored designs, newest first; hand `next_cursor` in for the next. */
  designs(query: { jobId?: string; datasetSha256?: string; limit?: number; cursor?: string } = {}, signal?: AbortSignal): Promise<DesignList> {
    return this.#transport.call(designListSchema, { path: `${api}/designs${searchOf({ job_id: query.jobId, dataset_sha256: query.datasetSha256, limit: query.limit, cursor: query.cursor })}`, signal });
  }

  /** @throws Fault `design_not_found` */
  design(designId: string, signal?: AbortSignal): Promise<Design> {
    return this.#transport.call(storedDesignViewSchema, { path: `${api}/designs/${encodeURIComponent(designId)}`, signal });
  }

  /** Runs of a stored design, page after page. */
  async *designRows(designId: string, query: { order?: 'run' | 'standard'; pageSize?: number } = {}, signal?: AbortSignal): AsyncGenerator<DesignRow, void, undefined> {
    for (let cursor: string | null = '0'; cursor !== null;) {
      const page: z.infer<typeof designRowsSchema> = await this.#transport.call(designRowsSchema, { path: `${api}/designs/${encodeURIComponent(designId)}/rows${searchOf({ order: query.order, limit: query.pageSize, cursor })}`, signal });
      yield* page.rows;
      cursor = page.next_cursor;
    }
  }

  /** Analysed tables that hold results of a design, newest first, and how many of its runs have been measured. */
  designResults(designId: string, query: { limit?: number; cursor?: string } = {}, signal?: AbortSignal): Promise<DesignResults> {
    return this.#transport.call(designResultsSchema, { path: `${api}/designs/${encodeURIComponent(designId)}/results${searchOf(query)}`, signal });
  }

  /** The job's log, one JSON object a line; see jobLogLineSchema. */
  jobLog(jobId: string, signal?: AbortSignal): Promise<string> {
    return this.#transport.text({ path: `${jobPath(jobId)}/log`, signal });
  }

  cancel(jobId: string): Promise<Job> {
    return this.#transport.call(jobSchema, { method: 'POST', path: `${jobPath(jobId)}/cancel`, repeatable: true });
  }

  /** Runs a failed, cancelled or expired job again. */
  retry(jobId: string): Promise<Job> {
    return this.#transport.call(jobSchema, { method: 'POST', path: `${jobPath(jobId)}/retry`, repeatable: true, headers: { 'idempotency-key': crypto.randomUUID() } });
  }

  async delete(jobId: string): Promise<void> {
    await this.#transport.text({ method: 'DELETE', path: jobPath(jobId) });
  }

  /** How to get a token for this server. */
  signIn(signal?: AbortSignal): Promise<z.infer<typeof signInSchema>> {
    return this.#transport.call(signInSchema, { path: `${api}/auth`, signal });
  }

  /** Who the token says that this client is. */
  identity(signal?: AbortSignal): Promise<z.infer<typeof identitySchema>> {
    return this.#transport.call(identitySchema, { path: `${api}/me`, signal });
  }

  async keys(signal?: AbortSignal): Promise<ApiKey[]> {
    return (await this.#transport.call(apiKeyListSchema, { path: `${api}/keys`, signal })).keys;
  }

  /** The token in the answer is shown this once. Not repeated by itself: a second call makes a second key. */
  createKey(key: z.input<typeof createKeyRequestSchema>): Promise<z.infer<typeof createKeyResponseSchema>> {
    return this.#transport.call(createKeyResponseSchema, { method: 'POST', path: `${api}/keys`, body: key });
  }

  /** @throws Fault `key_not_found` */
  revokeKey(keyId: string): Promise<ApiKey> {
    return this.#transport.call(apiKeySchema, { method: 'POST', path: `${api}/keys/${encodeURIComponent(keyId)}/revoke`, repeatable: true });
  }

  async artifacts(jobId: string, signal?: AbortSignal): Promise<Artifact[]> {
    return (await this.#transport.call(artifactListSchema, { path: `${jobPath(jobId)}/artifacts`, signal })).artifacts;
  }

  /** The artifact's bytes; the stream errors unless size and SHA-256 are those published. See downloadStream. */
  download(jobId: string, artifact: Pick<Artifact, 'file_key'>, options: { onBytes?: OnBytes; signal?: AbortSignal } = {}): ReadableStream<Uint8Array> {
    const locate = () => this.#transport.call(presignDownloadResponseSchema, {
      method: 'POST', path: `${api}/presign/download`, repeatable: true, body: { job_id: jobId, file_key: artifact.file_key }, signal: options.signal,
    });
    return downloadStream(this.#transport, locate, this.#createHash(), options);
  }

  async #patiently<T>(call: () => Promise<T>, unreachableMs: number, signal?: AbortSignal): Promise<T> {
    const since = performance.now();
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await call();
      } catch (error) {
        signal?.throwIfAborted();
        if (!(error instanceof Fault) || error.class !== 'transient' || performance.now() - since > unreachableMs) throw error;
        await this.#transport.pause(Math.min(attempt, 5), { signal });
      }
    }
  }
}

function jobPath(jobId: string): string {
  return `${api}/jobs/${encodeURIComponent(jobId)}`;
}

/** `?a=1&b=2` of what is given; empty when nothing is. */
function searchOf(query: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}
