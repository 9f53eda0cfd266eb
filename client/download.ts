import { Fault } from '../schemas/index.ts';
import { faultOfStorage, isPassing } from './problem.ts';
import type { Hash } from './sha256.ts';
import type { OnBytes } from './upload.ts';
import type { Transport } from './transport.ts';

export interface Place {
  url: string;
  size_bytes: number;
  sha256: string;
}

/**
 * The bytes of an artifact as one stream. A connection that breaks is taken up again where it ended (Range, with a fresh
 * address); the stream closes only when size and SHA-256 are right and errors otherwise, so a consumer that renames after the
 * end never keeps a truncated file. Errors: Fault `download_truncated`, `download_corrupt`, `download_refused`, `server_unreachable`.
 * @param locate gives a (fresh) presigned address
 */
export function downloadStream(transport: Transport, locate: () => Promise<Place>, hash: Hash, options: { onBytes?: OnBytes; signal?: AbortSignal } = {}): ReadableStream<Uint8Array> {
  const bytes = verified(transport, locate, hash, options);
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await bytes.next();
      if (next.done) controller.close();
      else controller.enqueue(next.value);
    },
    async cancel() {
      await bytes.return();
    },
  });
}

async function* verified(transport: Transport, locate: () => Promise<Place>, hash: Hash, options: { onBytes?: OnBytes; signal?: AbortSignal }): AsyncGenerator<Uint8Array, void, undefined> {
  const { signal } = options;
  let received = 0;
  let failures = 0;
  let place = await locate();
  while (received < place.size_bytes) {
    const before = received;
    let fault: Fault;
    try {
      for await (const chunk of fetchFrom(transport, place, received, signal)) {
        received += chunk.byteLength;
        if (received > place.size_bytes) throw corrupt(place, 'longer than announced');
        hash.update(chunk);
        options.onBytes?.(received, place.size_bytes);
        yield chunk;
      }
      if (received >= place.size_bytes) break;
      fault = new Fault('download_truncated', `only ${received} of ${place.size_bytes} bytes arrived`, { class: 'transient', values: { received, expected: place.size_bytes } });
    } catch (error) {
      signal?.throwIfAborted();
      fault = transport.networkFault(error);
      if (fault.class !== 'transient' && fault.values['status'] !== 403) throw fault; // 403: the address has expired
    }
    failures = received > before ? 0 : failures + 1;
    if (failures > transport.maxRetries) throw fault;
    await transport.pause(failures, { signal });
    const next = await locate();
    if (next.sha256 !== place.sha256 || next.size_bytes !== place.size_bytes) throw corrupt(place, 'replaced while it was read');
    place = next;
  }
  const digest = hash.digest();
  if (digest !== place.sha256) throw corrupt(place, `sha256 ${digest}`);
}

async function* fetchFrom(transport: Transport, place: Place, offset: number, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array, void, undefined> {
  const response = await transport.fetch(transport.storageUrl(place.url), { headers: offset > 0 ? { range: `bytes=${offset}-` } : {}, signal });
  if (!response.ok || response.body === null) {
    const fault = faultOfStorage('download_refused', response.status, await response.text());
    throw isPassing(response.status) ? new Fault(fault.code, fault.message, { class: 'transient', values: fault.values }) : fault;
  }
  let skip = response.status === 206 ? 0 : offset; // a storage that ignores Range sends everything again
  const reader = response.body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const from = Math.min(skip, value.byteLength);
      skip -= from;
      if (from < value.byteLength) yield value.subarray(from);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function corrupt(place: Place, reason: string): Fault {
  return new Fault('download_corrupt', `the file is not the one published: ${reason}, expected sha256 ${place.sha256}`, { class: 'transient', values: { reason, sha256: place.sha256 } });
}
