import { RecordBatchReader, type Vector } from 'apache-arrow';

/** Reads bytes `from` … `end` of the Arrow file. */
export type ReadBytes = (from: number, end: number) => Promise<Uint8Array>;
/** Columns of one record batch, in the order of the file. */
export type Batch = readonly (Vector | null)[];

const blockBytes = 1024 * 1024;
/** Batches that one file keeps: the page that is read and the next. */
const keptBatches = 2;
/** Open files that one process keeps: some megabytes each. */
const keptFiles = 8;

/** A published Arrow file read at places. Keeps its footer and the last batches, so that the next page costs no reading; one batch is read at a time. */
export class PredictionFile {
  readonly #reader: Promise<ArrowFile>;
  readonly #batches = new Map<number, Promise<Batch>>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(size: number, read: ReadBytes) {
    this.#reader = openFile(size, read);
    this.#reader.catch(() => undefined); // told by `batch`
  }

  batch(index: number): Promise<Batch> {
    const known = this.#batches.get(index) ?? this.#inTurn(() => this.#decode(index));
    this.#batches.delete(index);
    this.#batches.set(index, known);
    // what could not be read is asked for again
    known.catch(() => this.#batches.delete(index));
    if (this.#batches.size > keptBatches) this.#batches.delete(this.#batches.keys().next().value as number);
    return known;
  }

  async #decode(index: number): Promise<Batch> {
    const batch = await (await this.#reader).readRecordBatch(index);
    return batch === null ? [] : batch.schema.fields.map((_, column) => batch.getChildAt(column));
  }

  /** Arrow's reader has one place in its file. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work, work);
    this.#last = done.catch(() => undefined);
    return done;
  }
}

/** The files read last. A published file never changes, so what is kept is never stale; who may read it is asked before. */
export class PredictionFileCache {
  readonly #files = new Map<string, PredictionFile>();

  open(key: string, size: number, read: ReadBytes): PredictionFile {
    const file = this.#files.get(key) ?? new PredictionFile(size, read);
    this.#files.delete(key);
    this.#files.set(key, file);
    if (this.#files.size > keptFiles) this.forget(this.#files.keys().next().value as string);
    return file;
  }

  /** After a failure: the next request opens it anew. */
  forget(key: string): void {
    this.#files.delete(key);
  }
}

type ArrowFile = Pick<Awaited<ReturnType<typeof openReader>>, 'readRecordBatch'>;

async function openFile(size: number, read: ReadBytes): Promise<ArrowFile> {
  const reader = await openReader(size, read);
  await reader.open();
  return reader;
}

function openReader(size: number, read: ReadBytes) {
  return RecordBatchReader.from(fileOf(size, read));
}

/** The object as a file that Arrow reads at places; asked for in large blocks, since it wants many small pieces. */
function fileOf(size: number, read: ReadBytes): Parameters<typeof RecordBatchReader.from>[0] {
  const blocks = new Map<number, Promise<Uint8Array>>();
  const block = (k: number): Promise<Uint8Array> => {
    const known = blocks.get(k) ?? read(k * blockBytes, Math.min(size, (k + 1) * blockBytes));
    blocks.delete(k);
    blocks.set(k, known);
    known.catch(() => blocks.delete(k));
    // two are enough: the pieces of a batch are read in order
    if (blocks.size > 2) blocks.delete(blocks.keys().next().value as number);
    return known;
  };
  const file = {
    fd: -1,
    stat: async () => ({ size }),
    close: async () => undefined,
    async read(buffer: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesRead: number; buffer: Uint8Array }> {
      const bytes = await block(Math.floor(position / blockBytes));
      const part = bytes.subarray(position % blockBytes, position % blockBytes + length);
      buffer.set(part, offset);
      return { bytesRead: part.length, buffer };
    },
  };
  return file as unknown as Parameters<typeof RecordBatchReader.from>[0];
}
