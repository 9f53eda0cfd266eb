import type { Artifact } from '../../../client/index.ts';
import { bridge } from '../model/bridge.ts';
import type { Store } from '../model/store.ts';

/** Hands a file to the desktop program, which asks where to, or to the browser (which may save it among the downloads). */
export function saveBlob(blob: Blob, name: string): void {
  if (bridge !== undefined) {
    void blob.arrayBuffer().then((bytes) => bridge?.saveFile(name, new Uint8Array(bytes)));
    return;
  }
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** The artifact's bytes, checked against its SHA-256 on the way. */
export async function fetchArtifact(store: Store, jobId: string, artifact: Artifact, signal?: AbortSignal): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const reader = store.client.download(jobId, artifact, { signal }).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return new Blob(parts, { type: artifact.content_type });
    parts.push(new Uint8Array(value));
  }
}

export async function saveArtifact(store: Store, jobId: string, artifact: Artifact): Promise<void> {
  try {
    saveBlob(await fetchArtifact(store, jobId, artifact), artifact.file_name);
    store.toast('ui_downloaded', { name: artifact.file_name });
  } catch (error) {
    store.fail(error);
  }
}
