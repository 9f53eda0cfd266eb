import { Fault } from '../../schemas/index.ts';
import type { Limits } from './types.ts';
import type { TokenReader } from './tokens.ts';

export const MISSING_CODE = -1;
export const ERROR_CODE = -2;

/** Different texts of all columns so far, to stop before the heap is full. */
export interface TextBudget { used: number; limits: Limits }

/**
 * The texts of one column as codes in order of first appearance. Cells come as bytes and are found by their bytes (FNV-1a, open
 * addressing), so that a repeated text never becomes a string again; spellings that differ only in Unicode normalisation or
 * surrounding blanks share a code.
 */
export class Dictionary {
  readonly levels: string[] = [];
  readonly #codes = new Map<string, number>();
  readonly #tokens: TokenReader;
  readonly #budget: TextBudget;
  #slots = new Int32Array(64).fill(-1);
  #keys = Buffer.allocUnsafe(1024);
  #keysUsed = 0;
  #offsets: number[] = [0];
  #hashes: number[] = [];
  #entryCodes: number[] = [];

  constructor(tokens: TokenReader, budget: TextBudget) {
    this.#tokens = tokens;
    this.#budget = budget;
  }

  /** Code of the UTF-8 text at bytes[start, end), or MISSING_CODE, or ERROR_CODE for a spreadsheet error. */
  bytes(bytes: Buffer, start: number, end: number): number {
    let hash = 0x811c9dc5;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
    hash = (hash ^ (hash >>> 15)) | 0;
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const entry = this.#slots[slot] as number;
      if (entry < 0) break;
      if (this.#hashes[entry] === hash && this.#equals(entry, bytes, start, end)) return this.#entryCodes[entry] as number;
      slot = (slot + 1) & mask;
    }
    const code = this.text(bytes.toString('utf8', start, end));
    this.#insert(slot, hash, bytes, start, end, code);
    return code;
  }

  text(raw: string): number {
    const known = this.#codes.get(raw);
    if (known !== undefined) return known;
    const text = raw.trim().normalize('NFC');
    let code = this.#codes.get(text);
    if (code === undefined) {
      const kind = this.#tokens.read(text).kind;
      if (kind === 'missing') return MISSING_CODE;
      if (kind === 'error') return ERROR_CODE;
      const { limits } = this.#budget;
      if (++this.#budget.used > limits.texts) throw new Fault('too_many_texts', `more than ${limits.texts} different texts`, { values: { limit: limits.texts } });
      code = this.levels.push(text) - 1;
      this.#codes.set(text, code);
    }
    return code;
  }

  #equals(entry: number, bytes: Buffer, start: number, end: number): boolean {
    const from = this.#offsets[entry] as number;
    if ((this.#offsets[entry + 1] as number) - from !== end - start) return false;
    for (let i = start, k = from; i < end; i++, k++) if (this.#keys[k] !== bytes[i]) return false;
    return true;
  }

  #insert(slot: number, hash: number, bytes: Buffer, start: number, end: number, code: number): void {
    const length = end - start;
    if (this.#keysUsed + length > this.#keys.length) {
      const larger = Buffer.allocUnsafe(2 * (this.#keysUsed + length));
      this.#keys.copy(larger, 0, 0, this.#keysUsed);
      this.#keys = larger;
    }
    bytes.copy(this.#keys, this.#keysUsed, start, end);
    this.#keysUsed += length;
    this.#offsets.push(this.#keysUsed);
    this.#entryCodes.push(code);
    const entry = this.#hashes.push(hash) - 1;
    this.#slots[slot] = entry;
    if (2 * (entry + 1) > this.#slots.length) this.#rehash();
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 4).fill(-1);
    const mask = slots.length - 1;
    this.#hashes.forEach((hash, entry) => {
      let slot = hash & mask;
      while ((slots[slot] as number) >= 0) slot = (slot + 1) & mask;
      slots[slot] = entry;
    });
    this.#slots = slots;
  }
}
