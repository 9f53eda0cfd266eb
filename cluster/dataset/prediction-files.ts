import { open, type FileHandle } from 'node:fs/promises';
import { RecordBatchFileWriter, RecordBatchReader } from 'apache-arrow';

/** The table of predictions as it grows: CSV and an Arrow IPC file, block by block. Holds one block, whatever the number of rows. */
export class PredictionFiles {
  readonly #csv: FileHandle;
  readonly #arrow: FileHandle;
  readonly #writer = new RecordBatchFileWriter();
  /** the writer's bytes on their way to the file */
  readonly #carried: Promise<void>;

  private constructor(csv: FileHandle, arrow: FileHandle) {
    this.#csv = csv;
    this.#arrow = arrow;
    this.#carried = this.#carry();
    this.#carried.catch(() => undefined); // told by `finish`
  }

  static async create(csvPath: string, arrowPath: string): Promise<PredictionFiles> {
    const csv = await open(csvPath, 'w');
    try {
      return new PredictionFiles(csv, await open(arrowPath, 'w'));
    } catch (error) {
      await csv.close();
      throw error;
    }
  }

  async head(line: string): Promise<void> {
    await this.#csv.write(`\ufeff${line}\r\n`);
  }

  /** @param arrow an IPC stream of one record batch: one group of the file */
  async append(csv: Uint8Array, arrow: Uint8Array): Promise<void> {
    for (const batch of RecordBatchReader.from(arrow)) this.#writer.write(batch);
    await this.#csv.write(csv);
  }

  /** Writes the footer, without which the Arrow file cannot be read. */
  async finish(): Promise<void> {
    this.#writer.finish();
    await this.#carried;
  }

  async close(): Promise<void> {
    this.#writer.abort();
    await Promise.allSettled([this.#carried]);
    await Promise.all([this.#csv.close(), this.#arrow.close()]);
  }

  async #carry(): Promise<void> {
    for await (const bytes of this.#writer) await this.#arrow.write(bytes);
  }
}
