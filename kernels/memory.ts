import { KernelError } from './errors.ts';

const PAGE_BYTES = 65_536;
/** wasm32: 65 536 pages = 4 GiB is all a pointer can reach. */
const MAXIMUM_PAGES = 65_536;
/** Low region kept for the module's static data (tables of logarithms and exponentials). Keep in step with scripts/build-kernels.ts, which checks that they fit. */
const STATIC_BYTES = 32_768;
/** A cache line: no two threads' allocations share one, and SIMD loads never straddle two. */
const ALIGNMENT = 64;

/** A region of a shared memory that one thread may use. Structured-cloneable: send it to the thread. */
export interface KernelSlab {
  readonly memory: WebAssembly.Memory;
  /** First byte. */
  readonly offset: number;
  readonly bytes: number;
  /** Names the memory: an object that was posted is another one over the same bytes, and a thread would not know it again. */
  readonly id?: string | undefined;
}

/** Position to go back to; from `mark`. */
export type Mark = number & { readonly mark: unique symbol };

/**
 * Arena on one shared WebAssembly.Memory. The job process creates the memory and owns all of it (it may grow, up to 4 GiB);
 * a pool thread attaches with a slab of its own and never leaves it. Allocation is a bump, freeing is `release(mark)`.
 * Pointers are byte offsets, plain non-negative numbers. Views are made on demand: growing invalidates none of the data, but the length of
 * an older `buffer`, so ask for views after allocating.
 */
export class KernelMemory {
  readonly memory: WebAssembly.Memory;
  /** The same in every thread that attached to it. */
  readonly id: string | undefined;
  readonly #start: number;
  #top: number;
  #end: number;
  readonly #growable: boolean;

  private constructor(memory: WebAssembly.Memory, id: string | undefined, start: number, end: number, growable: boolean) {
    this.memory = memory;
    this.id = id;
    this.#start = start;
    this.#top = start;
    this.#end = end;
    this.#growable = growable;
  }

  /**
   * New shared memory of a job. `initialBytes` are committed at once, `maximumBytes` (default and cap 4 GiB) is the job's budget.
   * Throws kernel_memory_limit when more than 4 GiB is asked for.
   */
  static create(options: { initialBytes?: number; maximumBytes?: number } = {}): KernelMemory {
    const maximumBytes = options.maximumBytes ?? MAXIMUM_PAGES * PAGE_BYTES;
    const initialBytes = Math.min(options.initialBytes ?? PAGE_BYTES, maximumBytes);
    refuseBeyondLimit(Math.max(maximumBytes, options.initialBytes ?? 0));
    const maximum = Math.max(1, Math.ceil(maximumBytes / PAGE_BYTES));
    const initial = Math.max(1, Math.ceil(initialBytes / PAGE_BYTES));
    const memory = new WebAssembly.Memory({ initial, maximum, shared: true });
    return new KernelMemory(memory, crypto.randomUUID(), STATIC_BYTES, maximum * PAGE_BYTES, true);
  }

  /** The arena of a thread, confined to its slab. */
  static attach(slab: KernelSlab): KernelMemory {
    return new KernelMemory(slab.memory, slab.id, slab.offset, slab.offset + slab.bytes, false);
  }

  /** Bytes in use in this arena. */
  get used(): number {
    return this.#top - this.#start;
  }

  /** Bytes that can still be allocated (before alignment). */
  get available(): number {
    return this.#end - this.#top;
  }

  /** Allocates `bytes`, 64-byte aligned, contents undefined. Throws kernel_memory_exhausted, or kernel_memory_limit beyond 4 GiB. */
  alloc(bytes: number): number {
    if (!Number.isSafeInteger(bytes) || bytes < 0) throw new KernelError('kernel_shape', `cannot allocate ${bytes} bytes`, { bytes });
    refuseBeyondLimit(bytes);
    const pointer = Math.ceil(this.#top / ALIGNMENT) * ALIGNMENT;
    const top = pointer + bytes;
    if (top > this.#end) {
      throw new KernelError('kernel_memory_exhausted', `${bytes} bytes asked for, ${this.available} left`, { bytes, available: this.available });
    }
    if (this.#growable) this.#growTo(top);
    this.#top = top;
    return pointer;
  }

  /** Allocates `length` doubles and returns them zeroed. */
  allocFloat64(length: number): Float64Array {
    const view = this.float64(this.alloc(length * 8), length);
    return view.fill(0);
  }

  /** Allocates a region for a pool thread. */
  slab(bytes: number): KernelSlab {
    return { memory: this.memory, offset: this.alloc(bytes), bytes, id: this.id };
  }

  mark(): Mark {
    return this.#top as Mark;
  }

  /** Frees everything allocated since `mark`. */
  release(mark: Mark): void {
    if (mark < this.#start || mark > this.#top) throw new KernelError('kernel_shape', 'release of a mark that is not below the top', { mark });
    this.#top = mark;
  }

  float64(pointer: number, length: number): Float64Array {
    return new Float64Array(this.memory.buffer, pointer, length);
  }

  /** A copy outside the arena. (`slice` of doubles in shared memory is fifty times slower in V8.) */
  copyFloat64(pointer: number, length: number): Float64Array<ArrayBuffer> {
    return new Float64Array(this.float64(pointer, length));
  }

  int32(pointer: number, length: number): Int32Array {
    return new Int32Array(this.memory.buffer, pointer, length);
  }

  uint8(pointer: number, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, pointer, length);
  }

  /** The byte offset of a view, or undefined when it lives elsewhere and has to be copied in. */
  pointerOf(view: ArrayBufferView): number | undefined {
    // After growth an older view has an older (shorter) SharedArrayBuffer object over the same bytes, so identity alone would
    // miss it; hosts must take views after their last allocation or pass pointers.
    return view.buffer === this.memory.buffer ? view.byteOffset : undefined;
  }

  #growTo(top: number): void {
    const missing = top - this.memory.buffer.byteLength;
    if (missing <= 0) return;
    try {
      this.memory.grow(Math.ceil(missing / PAGE_BYTES));
    } catch {
      throw new KernelError('kernel_memory_exhausted', `the machine refused ${missing} more bytes`, { bytes: missing, available: this.available });
    }
  }
}

function refuseBeyondLimit(bytes: number): void {
  const limit = MAXIMUM_PAGES * PAGE_BYTES;
  if (bytes > limit) throw new KernelError('kernel_memory_limit', `${bytes} bytes asked for, a job can address ${limit}`, { bytes, limit });
}
