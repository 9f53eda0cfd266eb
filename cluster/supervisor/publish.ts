import { join } from 'node:path';
import type { PublishedArtifact, Platform } from '../../platform/index.ts';
import { contentTypeOf, type Manifest } from '../../schemas/index.ts';
import type { InputFile, OutputFile } from '../job/protocol.ts';

/** Files that go up at the same time. */
const parallelUploads = 8;

export interface Publication {
  jobId: string;
  attempt: number;
  jobType: string;
  datasetSha256: string;
  inputs: Readonly<Record<string, InputFile>>;
  directory: string;
  bucket: string;
  prefix: string;
}

/**
 * Uploads the result files of one attempt under its own prefix, and `manifest.json` after the last of them. Nothing of it
 * can be seen by a client before the artifact rows are written. @throws Fault `storage_unavailable` (transient)
 */
export async function publish(storage: Platform['storage'], publication: Publication, files: readonly OutputFile[],
  onFile: (done: number, total: number) => void, signal: AbortSignal): Promise<PublishedArtifact[]> {
  const { bucket, prefix } = publication;
  const waiting = files.map((file, index) => ({ file, index }));
  const artifacts: PublishedArtifact[] = [];
  let done = 0;
  const carry = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { file, index } = next;
      const { path, fileType, sizeBytes, sha256, ...recorded } = file;
      const contentType = contentTypeOf(fileType);
      await storage.uploadFile({ bucket, key: prefix + path }, join(publication.directory, path), { contentType, sha256 }, signal);
      artifacts[index] = { path, file_key: prefix + path, file_type: fileType, content_type: contentType, size_bytes: sizeBytes, sha256, ...recorded };
      done += 1;
      onFile(done, files.length);
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallelUploads, files.length) }, carry));
  signal.throwIfAborted();
  const manifest: Manifest = {
    schema: 'zerosec.manifest/1',
    job_id: publication.jobId,
    attempt: publication.attempt,
    job_type: publication.jobType,
    dataset_sha256: publication.datasetSha256,
    inputs: Object.fromEntries(Object.entries(publication.inputs).map(([name, { fileName, sha256 }]) => [name, { file_name: fileName, sha256 }])),
    files: artifacts.map(({ path, file_type, content_type, size_bytes, sha256 }) => ({ path, file_type, content_type, size_bytes, sha256 })),
  };
  await storage.uploadBytes({ bucket, key: `${prefix}manifest.json` }, Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`), contentTypeOf('json'));
  return artifacts;
}
