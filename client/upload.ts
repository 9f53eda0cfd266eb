import type { Fault } from '../schemas/index.ts';
import { faultOfStorage, isPassing } from './problem.ts';
import type { Hash } from './sha256.ts';
import type { Transport } from './transport.ts';

/** Bytes sent and to be sent, also of the hashing that comes first. */
export type OnBytes = (done: number, total: number) => void;

const contentTypes: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  tsv: 'text/tab-separated-values',
  txt: 'text/plain',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  xls: 'application/vnd.ms-excel',
};

/** @returns the content type for a table's file name; application/octet-stream for what the server will refuse anyway */
export function contentTypeOfName(name: string): string {
  return contentTypes[name.slice(name.lastIndexOf('.') + 1).toLowerCase()] ?? 'application/octet-stream';
}

/** SHA-256 of a file that is never in memory as a whole. */
export async function hashOf(file: Blob, hash: Hash, signal?: AbortSignal): Promise<string> {
  for await (const chunk of chunksOf(file.stream())) {
    signal?.throwIfAborted();
    hash.update(chunk);
  }
  return hash.digest();
}

export async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  // not every browser iterates over a stream
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/**
 * Puts the file to a presigned, write-once address. A try that broke off is repeated whole; "there is something already"
 * (412) after a broken try means that the bytes had arrived, and the completion of the upload compares their checksum.
 * @throws Fault `upload_refused`, `server_unreachable`
 */
export async function putFile(transport: Transport, put: { url: string; headers: Record<string, string> }, file: Blob, options: { onBytes?: OnBytes; signal?: AbortSignal } = {}): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    let fault: Fault;
    try {
      const answer = await send(transport, put, file, options);
      if (answer.status >= 200 && answer.status < 300) return;
      if (answer.status === 412 && attempt > 0) return;
      fault = faultOfStorage('upload_refused', answer.status, answer.body);
      if (!isPassing(answer.status)) throw fault;
    } catch (error) {
      options.signal?.throwIfAborted();
      fault = transport.networkFault(error);
      if (fault.class !== 'transient') throw fault;
    }
    if (attempt >= transport.maxRetries) throw fault;
    await transport.pause(attempt, { signal: options.signal });
  }
}

interface Answer {
  status: number;
  body: string;
}

async function send(transport: Transport, put: { url: string; headers: Record<string, string> }, file: Blob, options: { onBytes?: OnBytes; signal?: AbortSignal }): Promise<Answer> {
  if (options.onBytes !== undefined && typeof XMLHttpRequest !== 'undefined') return sendFromBrowser({ ...put, url: transport.storageUrl(put.url) }, file, options.onBytes, options.signal);
  // A counted stream carries its length in a header, which only a host outside a browser lets us set; storages refuse chunked bodies.
  const counted = options.onBytes !== undefined && file.size > 0;
  const response = await transport.fetch(transport.storageUrl(put.url), {
    method: 'PUT',
    headers: counted ? { ...put.headers, 'content-length': String(file.size) } : put.headers,
    body: counted ? count(file, options.onBytes) : file,
    ...(counted ? { duplex: 'half' } : {}),
    signal: options.signal,
  });
  return { status: response.status, body: await response.text() };
}

function count(file: Blob, onBytes: OnBytes = () => undefined): ReadableStream<Uint8Array> {
  let sent = 0;
  return file.stream().pipeThrough(new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      sent += chunk.byteLength;
      onBytes(sent, file.size);
      controller.enqueue(chunk);
    },
  }));
}

/** A browser tells the progress of an upload through XMLHttpRequest only. */
function sendFromBrowser(put: { url: string; headers: Record<string, string> }, file: Blob, onBytes: OnBytes, signal?: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const stop = (): void => request.abort();
    request.open('PUT', put.url);
    for (const [name, value] of Object.entries(put.headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => onBytes(event.loaded, event.total);
    request.onload = () => resolve({ status: request.status, body: request.responseText });
    request.onerror = () => reject(new TypeError('upload failed'));
    request.onabort = () => reject((signal?.reason as Error | undefined) ?? new TypeError('upload aborted'));
    request.onloadend = () => signal?.removeEventListener('abort', stop);
    signal?.addEventListener('abort', stop, { once: true });
    request.send(file);
  });
}
