import { join } from 'node:path';
import type { ClaimedJob, Platform } from '../../platform/index.ts';
import { Fault } from '../../schemas/index.ts';
import type { InputFile } from '../job/protocol.ts';

type Storage = Pick<Platform['storage'], 'download'>;
/** `sizeBytes` null: not known */
type Source = Parameters<Storage['download']>[0] & { fileName: string; sha256: string | null; sizeBytes: number | null };

/**
 * Downloads a job's table and its further inputs into a folder, each the frozen version and checked against the size and
 * checksum it was registered with. @throws Fault `input_missing`, `input_changed` (of `inputs.{name}` for a further one), `storage_unavailable`
 */
export async function fetchInputs(storage: Storage, job: ClaimedJob, directory: string, signal: AbortSignal): Promise<{ table: InputFile; inputs: Record<string, InputFile> }> {
  const fetchFile = async (source: Source, name: string): Promise<InputFile> => {
    const path = join(directory, name);
    const { sha256 } = await downloadAsRegistered(storage, source, path, signal);
    return { path, fileName: source.fileName, sha256 };
  };
  const table = await fetchFile({ bucket: job.input_bucket, key: job.input_key, version: job.input_version, etag: job.input_etag, fileName: job.filename, sha256: job.input_sha256, sizeBytes: job.input_size }, 'input');
  const inputs: Record<string, InputFile> = {};
  for (const [name, upload] of Object.entries(job.inputs)) {
    const source = { bucket: upload.bucket, key: upload.object_key, version: upload.version_id, etag: upload.etag ?? '', fileName: upload.filename, sha256: upload.sha256, sizeBytes: upload.size_bytes };
    inputs[name] = await fetchFile(source, `input-${name}`).catch((error: unknown) => {
      throw error instanceof Fault ? error.at(`inputs.${name}`) : error;
    });
  }
  return { table, inputs };
}

/** What differs from the registered bytes is fetched once more: what is wrong in the same way twice lies there so, the rest was damaged on the way. */
async function downloadAsRegistered(storage: Storage, source: Source, path: string, signal: AbortSignal): Promise<{ sha256: string }> {
  const isRight = (input: { sha256: string; sizeBytes: number }): boolean => (
    (source.sizeBytes === null || input.sizeBytes === source.sizeBytes) && (source.sha256 === null || input.sha256 === source.sha256));
  const first = await storage.download(source, path, signal);
  if (isRight(first)) return first;
  const second = await storage.download(source, path, signal);
  if (isRight(second)) return second;
  if (second.sha256 === first.sha256) throw new Fault('input_changed', 'the input does not have the size and checksum it was registered with');
  throw new Fault('storage_unavailable', `the input ${source.key} arrived damaged, twice`, { class: 'transient' });
}
