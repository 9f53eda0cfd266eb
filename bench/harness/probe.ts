/**
 * Two loops in WebAssembly that measure what this machine can do at most under the rules our kernels live under (two lanes,
 * no fused multiply-add, one thread). Assembled by hand: a compiler in the way would be measured as well.
 */

/** Chains that run side by side: enough to hide the latency of a multiply and an add on every pipe. */
const chains = 12;
/** Streams of the read loop. */
const streams = 4;
const pageBytes = 65_536;

const leb = (value: number): number[] => {
  const bytes: number[] = [];
  for (let rest = value; ;) {
    const low = rest & 0x7f;
    rest >>= 7;
    const last = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
    bytes.push(last ? low : low | 0x80);
    if (last) return bytes;
  }
};
/** Unsigned: counts, indices, sizes. */
const size = (value: number): number[] => (value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...size(value >> 7)]);
const vector = (items: readonly (readonly number[])[]): number[] => [...size(items.length), ...items.flat()];
const section = (id: number, body: readonly number[]): number[] => [id, ...size(body.length), ...body];
const name = (text: string): number[] => [...size(text.length), ...Buffer.from(text)];
const f64 = (value: number): number[] => [0x44, ...new Uint8Array(Float64Array.of(value).buffer)];

const [i32Type, f64Type, v128Type] = [0x7f, 0x7c, 0x7b];
const get = (local: number): number[] => [0x20, ...size(local)];
const set = (local: number): number[] => [0x21, ...size(local)];
const splat = [0xfd, 0x14];
const add = [0xfd, 0xf0, 0x01];
const multiply = [0xfd, 0xf2, 0x01];
const load = (offset: number): number[] => [0xfd, 0x00, 4, ...size(offset)];
const firstLane = [0xfd, 0x21, 0];
const addLanes = [0xa0];
const countDown = (local: number): number[] => [...get(local), 0x41, ...leb(1), 0x6b, 0x22, ...size(local), 0x0d, 0];
const loop = (body: readonly number[]): number[] => [0x03, 0x40, ...body, 0x0b];
const range = (count: number): number[] => Array.from({ length: count }, (_, k) => k);
const code = (locals: number, body: readonly number[]): number[] => {
  const content = [...vector([[...size(locals), v128Type]]), ...body, 0x0b];
  return [...size(content.length), ...content];
};

/** (iterations) → number: chains × one f64x2 multiply and add per iteration, all in registers. Local 0 counts, 1 is the factor. */
const multiplyAdd = code(chains + 1, [
  ...f64(0.999_999), ...splat, ...set(1),
  ...range(chains).flatMap((k) => [...f64(k + 1), ...splat, ...set(2 + k)]),
  ...loop([...range(chains).flatMap((k) => [...get(2 + k), ...get(1), ...multiply, ...get(1), ...add, ...set(2 + k)]), ...countDown(0)]),
  ...get(2), ...firstLane, ...range(chains - 1).flatMap((k) => [...get(3 + k), ...firstLane, ...addLanes]),
]);

/** (pointer, steps) → number: sums 16 · streams bytes per step. */
const readMemory = code(streams, [
  ...loop([
    ...range(streams).flatMap((k) => [...get(2 + k), ...get(0), ...load(16 * k), ...add, ...set(2 + k)]),
    ...get(0), 0x41, ...leb(16 * streams), 0x6a, ...set(0), ...countDown(1),
  ]),
  ...get(2), ...firstLane, ...range(streams - 1).flatMap((k) => [...get(3 + k), ...firstLane, ...addLanes]),
]);

const binary = (pages: number): Uint8Array<ArrayBuffer> => Uint8Array.from([
  0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
  ...section(1, vector([[0x60, 1, i32Type, 1, f64Type], [0x60, 2, i32Type, i32Type, 1, f64Type]])),
  ...section(3, vector([[0], [1]])),
  ...section(5, vector([[0, ...size(pages)]])),
  ...section(7, vector([[...name('multiplyAdd'), 0, 0], [...name('readMemory'), 0, 1]])),
  ...section(10, vector([multiplyAdd, readMemory])),
]);

export interface Speeds {
  /** double-precision operations a second, one thread, two-lane SIMD without fused multiply-add */
  flops: number;
  /** bytes a second, one thread, streaming read of more than the caches hold */
  bytes: number;
}

/** Best of several tries; about 0.3 s. */
export function measureSpeeds(readBytes = 256 * 2 ** 20): Speeds {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary(readBytes / pageBytes)));
  const { multiplyAdd: compute, readMemory: read } = exports as unknown as Record<'multiplyAdd' | 'readMemory', (...values: number[]) => number>;
  const iterations = 1_000_000;
  const flops = bestRate(iterations * chains * 4, () => compute(iterations));
  const bytes = bestRate(readBytes, () => read(0, readBytes / (16 * streams)));
  return { flops, bytes };
}

function bestRate(amount: number, work: () => number): number {
  let best = 0;
  for (let attempt = 0; attempt < 8; attempt += 1) {
    const started = performance.now();
    if (Number.isNaN(work())) throw new Error('a probe computed nothing');
    best = Math.max(best, amount / ((performance.now() - started) / 1000));
  }
  return best;
}
