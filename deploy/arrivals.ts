import type { SimulatedJob } from './simulate.ts';

/** Jobs that come by chance in the hours of an office, most before noon and in the afternoon. Run times are spread by a factor of two to either side. */
export function officeDay(jobs: number, meanSeconds: number, seed: number): SimulatedJob[] {
  const random = generator(seed);
  const weights = [0, 0, 0, 0, 0, 0, 0, 1, 4, 8, 10, 8, 3, 6, 10, 9, 7, 4, 2, 1, 1, 0, 0, 0];
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return Array.from({ length: jobs }, () => {
    let place = random() * total;
    const hour = weights.findIndex((weight) => (place -= weight) < 0);
    return { arrives: Math.floor((hour + random()) * 3600), seconds: Math.round(meanSeconds * 2 ** (2 * random() - 1)) };
  });
}

/** Nothing, then everything at once, then nothing, and once more. */
export function bursts(jobs: number, meanSeconds: number, seed: number): SimulatedJob[] {
  const random = generator(seed);
  return Array.from({ length: jobs }, (_, index) => ({ arrives: 3600 + (index % 2) * 4 * 3600 + Math.floor(random() * 30), seconds: Math.round(meanSeconds * 2 ** (2 * random() - 1)) }));
}

/** mulberry32 */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
