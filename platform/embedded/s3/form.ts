import { S3Error } from './errors.ts';

export interface FormFile {
  name: string;
  contentType: string | undefined;
  bytes: AsyncGenerator<Buffer>;
}

const mostFieldBytes = 20_480;
const mostHeaderBytes = 8_192;

/**
 * Reads a multipart/form-data body (RFC 7578) up to its file: the fields before it, by lower-case name, and the file as a stream.
 * S3 ignores fields after the file. @throws S3Error MalformedPOSTRequest, MaxPostPreDataLengthExceeded, IncompleteBody
 */
export async function readForm(source: AsyncIterable<Buffer>, contentType: string): Promise<{ fields: Map<string, string>; file: FormFile }> {
  const boundary = /boundary=(?:"([^"]{1,70})"|([^;\s]{1,70}))/i.exec(contentType)?.slice(1).find((text) => text !== undefined);
  if (boundary === undefined) throw new S3Error('MalformedPOSTRequest', 'The body of your POST request is not well-formed multipart/form-data.');
  const chunks = source[Symbol.asyncIterator]();
  // The first delimiter has no line break before it; with one put in front, all look the same.
  let held: Buffer = Buffer.from('\r\n');
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  const more = async (): Promise<void> => {
    const next = await chunks.next();
    if (next.done === true) throw new S3Error('IncompleteBody', 'The form ended early.');
    held = Buffer.concat([held, next.value]);
  };
  const until = async (mark: Buffer | string, limit: number): Promise<Buffer> => {
    for (;;) {
      const at = held.indexOf(mark);
      if (at > limit || (at < 0 && held.length > limit + mark.length)) throw new S3Error('MaxPostPreDataLengthExceeded', 'Your POST request fields preceding the upload file were too large.');
      if (at >= 0) {
        const found = held.subarray(0, at);
        held = held.subarray(at + mark.length);
        return found;
      }
      await more();
    }
  };

  async function* fileBytes(): AsyncGenerator<Buffer> {
    for (;;) {
      const at = held.indexOf(delimiter);
      const ready = at >= 0 ? at : Math.max(0, held.length - delimiter.length);
      if (ready > 0) yield held.subarray(0, ready);
      held = held.subarray(ready);
      if (at >= 0) break;
      await more();
    }
    while ((await chunks.next()).done !== true);
  }

  await until(delimiter, mostHeaderBytes);
  const fields = new Map<string, string>();
  let total = 0;
  for (;;) {
    if ((await until('\r\n', mostHeaderBytes)).toString().startsWith('--')) throw new S3Error('InvalidArgument', 'POST requires exactly one file upload per request.');
    // A line break in front lets a part without headers end like the others.
    held = Buffer.concat([Buffer.from('\r\n'), held]);
    const headers = (await until('\r\n\r\n', mostHeaderBytes)).toString();
    const name = parameter(headers, 'name');
    if (name === undefined) throw new S3Error('MalformedPOSTRequest', 'A part of the form has no name.');
    if (name.toLowerCase() === 'file') {
      return { fields, file: { name: (parameter(headers, 'filename') ?? '').replace(/^.*[\\/]/, ''), contentType: /^content-type:\s*(.+?)\s*$/im.exec(headers)?.[1], bytes: fileBytes() } };
    }
    const value = await until(delimiter, mostFieldBytes);
    total += value.length;
    if (total > mostFieldBytes) throw new S3Error('MaxPostPreDataLengthExceeded', 'Your POST request fields preceding the upload file were too large.');
    fields.set(name.toLowerCase(), value.toString());
  }
}

function parameter(headers: string, name: string): string | undefined {
  const disposition = /^content-disposition:(.*)$/im.exec(headers)?.[1] ?? '';
  return new RegExp(`[;\\s]${name}="((?:[^"\\\\]|\\\\.)*)"`, 'i').exec(disposition)?.[1]?.replace(/\\(.)|%22/g, (whole, escaped?: string) => escaped ?? (whole === '%22' ? '"' : whole));
}
