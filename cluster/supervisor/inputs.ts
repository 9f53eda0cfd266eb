import { join } from 'node:path';
import type { ClaimedJob, Platform } from '../../platform/index.ts';
import { Fault } from '../../schemas/index.ts';
import type { InputFile } from '../job/protocol.ts';

type Source = Parameters<Platform['storage']['download']>[0] & { fileName: string; sha256: string | null };

/**
 * Downloads a job's table and its further inputs into a folder, each the frozen version and checked against the checksum it
 * was registered with. @throws Fault `input_missing`, `input_changed` (of `inputs.{name}` for a further one), `storage_unavailable`
 */
export async function fetchInputs(storage: Platform['storage'], job: ClaimedJob, directory: string, signal: AbortSignal): Promise<{ table: InputFile; inputs: Record<string, InputFile> }> {
  const fetchFile = async (source: Source, name: string): Promise<InputFile> => {
    const path = join(directory, name);
    const { sha256 } = await storage.download(source, path, signal);
    if (source.sha256 !== null && source.sha256 !== sha256) throw new Fault('input_changed', 'the input does not have the checksum it was registered with');
    return { path, fileName: source.fileName, sha256 };
  };
  const table = await fetchFile({ bucket: job.input_bucket, key: job.input_key, version: job.input_version, etag: job.input_etag, fileName: job.filename, sha256: job.input_sha256 }, 'input');
  const inputs: Record<string, InputFile> = {};
  for (const [name, upload] of Object.entries(job.inputs)) {
    const source = { bucket: upload.bucket, key: upload.object_key, version: upload.version_id, etag: upload.etag ?? '', fileName: upload.filename, sha256: upload.sha256 };
    inputs[name] = await fetchFile(source, `input-${name}`).catch((error: unknown) => {
      throw error instanceof Fault ? error.at(`inputs.${name}`) : error;
    });
  }
  return { table, inputs };
}
