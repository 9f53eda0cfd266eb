import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { SignatureError, type Query } from '../signature.ts';

/** What a request is going to do, for choosing faults. */
export interface S3Request {
  method: string;
  bucket: string;
  key: string;
  query: Query;
}

export interface S3Fault {
  /** Wait first, ms */
  delayMs?: number;
  /** Wait for this first; one that never settles is a storage that hangs */
  until?: Promise<unknown>;
  /** Answer with this error instead of doing the work; 500 when only `code` is given */
  status?: number;
  code?: string;
  /** Close the connection instead of doing the work */
  dropConnection?: boolean;
  /** Do the work, then close the connection instead of answering */
  dropResponse?: boolean;
  /** In the middle of the body of the answer: close the connection, fall silent, or send a wrong byte */
  body?: 'cut' | 'stall' | 'damage';
}

/** Lets go wrong what a test asked for. @returns whether the request has been dealt with; @throws SignatureError the answer to give */
export async function injectFault(fault: S3Fault, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  await wait(fault.delayMs ?? 0);
  await fault.until;
  if (fault.dropConnection === true) {
    request.socket.destroy();
    return true;
  }
  if (fault.status !== undefined || fault.code !== undefined) throw new SignatureError(fault.code ?? 'InternalError', 'Injected fault.', fault.status ?? 500);
  if (fault.dropResponse === true) response.writeHead = () => response.destroy() && response;
  if (fault.body !== undefined) spoilBody(response, fault.body);
  return false;
}

function spoilBody(response: ServerResponse, how: NonNullable<S3Fault['body']>): void {
  const write = response.write.bind(response) as (chunk: Uint8Array, done?: () => void) => boolean;
  response.write = (chunk: unknown) => {
    const bytes = Buffer.from(chunk as Uint8Array);
    response.write = write as typeof response.write;
    const middle = bytes.length >> 1;
    if (how === 'damage') {
      bytes[middle] = (bytes[middle] ?? 0) ^ 1;
      return write(bytes);
    }
    // false: the sender waits for a drain, which does not come
    write(bytes.subarray(0, middle), () => {
      if (how === 'cut') response.destroy();
    });
    return false;
  };
}
