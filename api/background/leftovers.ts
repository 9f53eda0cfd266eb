import type { Logger, Platform } from '../../platform/index.ts';

/** Kept for another try at most; what is lost beyond it falls to the bucket's lifecycle rule. */
const mostPending = 10_000;

/**
 * Files of deleted rows. Rows go first, so that nothing is listed whose files are gone; files that could not be deleted
 * (storage down) are tried again with each housekeeping.
 */
export class Leftovers {
  readonly #storage: Platform['storage'];
  readonly #log: Logger;
  #pending: { bucket: string; prefix: string }[] = [];

  constructor(storage: Platform['storage'], log: Logger) {
    this.#storage = storage;
    this.#log = log;
  }

  async remove(bucket: string, prefix: string): Promise<void> {
    try {
      await this.#storage.deletePrefix(bucket, prefix);
    } catch (error) {
      this.#log.warn({ err: error, bucket, prefix }, 'files of a deleted row are still there; trying again later');
      if (this.#pending.length < mostPending) this.#pending.push({ bucket, prefix });
    }
  }

  async retry(): Promise<void> {
    const pending = this.#pending;
    this.#pending = [];
    for (const { bucket, prefix } of pending) await this.remove(bucket, prefix);
  }
}
