import { randomUUID } from 'node:crypto';
import { Fault } from '../schemas/index.ts';
import type { StoredObject, TenantPlatform, UploadModel } from '../platform/index.ts';
import { checkFilename, keyNameOf } from './filename.ts';
import type { Call } from './http/call.ts';

type Knex = TenantPlatform['knex'];

/** An upload may be registered so long after its address has expired, seconds: a large file takes its time. */
const completionGraceSeconds = 900;

/** Hands out a place in the storage: the key is ours, the name is for display. */
export async function registerUpload(call: Call, file: { filename: string; content_type: string; size_bytes?: number | null; sha256?: string | null }): Promise<UploadModel> {
  const { platform } = call.services;
  checkFilename(file.filename);
  const id = randomUUID();
  const limit = platform.config.maxUploadBytes;
  if (file.size_bytes != null && file.size_bytes > limit) throw tooLarge(file.size_bytes, limit);
  await checkStorage(call, file.size_bytes ?? 0);
  return platform.uploads.create({
    upload_id: id, owner: call.identity.owner, filename: file.filename.normalize('NFC'), content_type: file.content_type,
    bucket: platform.config.S3_INPUTS_BUCKET, object_key: `inputs/${id}/${keyNameOf(file.filename)}`, max_bytes: limit,
    declared_bytes: file.size_bytes ?? null, declared_sha256: file.sha256 ?? null,
    expires_in: platform.config.PRESIGNED_URL_EXPIRATION + completionGraceSeconds,
  });
}

/**
 * What lies in the storage, checked against what was declared. From here on the job means these bytes: size, ETag and
 * version are frozen, and the worker reads no others.
 * @throws Fault `upload_incomplete`, `upload_too_large`, `upload_mismatch`, `storage_unavailable`
 */
export async function inspectUpload(platform: TenantPlatform, upload: UploadModel): Promise<StoredObject> {
  const stored = await platform.storage.head({ bucket: upload.bucket, key: upload.object_key });
  if (stored === undefined) throw new Fault('upload_incomplete', `upload ${upload.upload_id} has not arrived`, { values: { upload_id: upload.upload_id } });
  if (stored.size_bytes > upload.max_bytes) throw tooLarge(stored.size_bytes, upload.max_bytes);
  if (upload.declared_bytes !== null && upload.declared_bytes !== stored.size_bytes) throw mismatch('size_bytes', upload.declared_bytes, stored.size_bytes);
  if (upload.declared_sha256 !== null && stored.sha256 !== null && upload.declared_sha256 !== stored.sha256) throw mismatch('sha256', upload.declared_sha256, stored.sha256);
  // a declared checksum that the storage cannot confirm is compared by the worker, which reads the bytes
  return { ...stored, sha256: stored.sha256 ?? upload.declared_sha256 };
}

/** Freezes the upload and queues the jobs that waited for it, in one transaction. @throws Fault `upload_expired` */
export async function completeUpload(platform: TenantPlatform, upload: UploadModel, stored: StoredObject, trx: Knex): Promise<UploadModel> {
  const completed = await platform.uploads.complete(upload.upload_id, stored, trx);
  if (completed === undefined) throw expired(upload);
  for (const { job_id } of await platform.jobs.waitingFor(upload.upload_id, trx)) await platform.jobs.enqueue(job_id, trx);
  return completed;
}

/** @throws Fault `storage_quota`: the tenant is full; an upload of unknown size may still begin as long as it is not */
async function checkStorage(call: Call, bytes: number): Promise<void> {
  const { platform } = call.services;
  const { tenant } = call.identity;
  const limit = (await platform.tenants.find(tenant))?.max_storage_bytes ?? (platform.config.TENANT_STORAGE_MB === 0 ? null : platform.config.TENANT_STORAGE_MB * 1_000_000);
  if (limit === null) return;
  const used = await platform.tenants.storedBytes(tenant);
  if (used + bytes > limit || used >= limit) throw new Fault('storage_quota', `tenant ${tenant} stores ${used} of ${limit} bytes`, { values: { used_mb: Math.ceil(used / 1e6), limit_mb: Math.floor(limit / 1e6) } });
}

export function expired(upload: Pick<UploadModel, 'upload_id'>): Fault {
  return new Fault('upload_expired', `upload ${upload.upload_id} has expired`, { values: { upload_id: upload.upload_id } });
}

function tooLarge(size: number, limit: number): Fault {
  return new Fault('upload_too_large', `${size} bytes are more than the ${limit} allowed`, { values: { size, limit } });
}

function mismatch(what: string, expected: string | number, actual: string | number): Fault {
  return new Fault('upload_mismatch', `${what} is ${actual}, not ${expected}`, { where: { field: what }, values: { what, expected, actual } });
}
