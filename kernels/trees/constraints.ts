import { KernelError } from '../errors.ts';
import type { Kernels } from '../module.ts';
import { recordColumns } from './binning.ts';
import type { Bins } from './binning.ts';
import type { Grower } from './grow-state.ts';
import type { CheckedOptions } from './options.ts';

const CATEGORICAL = 1;
const ONE_HOT = 2;
const CATEGORY_SCRATCH = 256 * 12;
const MOST_SETS = 64;

/** Whether nodes need the scan in double precision. */
export function needsGeneralScan(bins: Bins, { lambdaL1, maxDeltaStep, pathSmooth, monotoneConstraints }: CheckedOptions): boolean {
  return lambdaL1 > 0 || maxDeltaStep > 0 || pathSmooth > 0 || monotoneConstraints.some((direction) => direction !== 0) || bins.layout !== undefined || (bins.categories?.some((known) => known !== undefined) ?? false);
}

/** Gives the grower its constraints, kinds of columns and their options. Throws KernelError kernel_domain naming the option. */
export function setConstraints({ memory }: Kernels, grower: Grower, bins: Bins, options: CheckedOptions): void {
  const { monotoneConstraints: monotone, interactionConstraints: sets, growth, pathSmooth, catSmooth, catL2, minDataPerGroup, maxCatThreshold, maxCatToOnehot } = options;
  const layout = recordColumns(bins);
  const features = bins.upper.length;
  const refuse = (name: string, why: string): never => { throw new KernelError('kernel_domain', `${name}: ${why}`, { name }); };
  grower.set({ smoothing: pathSmooth, catSmooth, catL2, minDataPerGroup, maxCatThreshold, maxCatToOnehot, general: needsGeneralScan(bins, options) ? 1 : 0 });
  const kinds = layout.map((source) => (typeof source !== 'number' ? ONE_HOT : bins.categories?.[source] === undefined ? 0 : CATEGORICAL));
  if (kinds.some((kind) => kind !== 0)) {
    if (growth === 'oblivious') refuse('growth', 'oblivious trees take numbers only');
    const pointer = memory.alloc(layout.length);
    memory.uint8(pointer, layout.length).set(kinds);
    grower.set({ category: pointer, catScratch: memory.alloc(CATEGORY_SCRATCH) });
  }
  if (monotone.length > 0) {
    if (monotone.length !== features || monotone.some((direction) => ![-1, 0, 1].includes(direction))) refuse('monotoneConstraints', `must be -1, 0 or 1 for each of the ${features} features`);
    if (growth === 'oblivious' && monotone.some((direction) => direction !== 0)) refuse('monotoneConstraints', 'are not kept by oblivious trees');
    const pointer = memory.alloc(layout.length);
    memory.uint8(pointer, layout.length).set(layout.map((source, at) => {
      const directions = [source].flat().map((feature) => monotone[feature] as number);
      if (kinds[at] !== 0 && directions.some((direction) => direction !== 0)) refuse('monotoneConstraints', `column ${[source].flat().join(', ')} holds categories or is bundled`);
      return (directions[0] as number) & 255;
    }));
    grower.set({ monotone: pointer });
  }
  if (sets.length > 0) {
    if (sets.length > MOST_SETS) refuse('interactionConstraints', `at most ${MOST_SETS} sets`);
    if (growth === 'oblivious') refuse('interactionConstraints', 'are not kept by oblivious trees');
    sets.flat().forEach((feature) => { if (!(Number.isInteger(feature) && feature >= 0 && feature < features)) refuse('interactionConstraints', `there is no feature ${feature}`); });
    const pointer = memory.alloc(layout.length * 8);
    const words = new BigUint64Array(memory.memory.buffer, pointer, layout.length);
    const bitsOf = (feature: number): bigint => sets.reduce((bits, set, s) => (set.includes(feature) ? bits | (1n << BigInt(s)) : bits), 0n);
    layout.forEach((source, at) => {
      const bits = [source].flat().map(bitsOf);
      if (bits.some((other) => other !== bits[0])) refuse('interactionConstraints', `the bundled columns ${[source].flat().join(', ')} are in different sets`);
      words[at] = bits[0] as bigint;
    });
    grower.set({ sets: pointer });
  }
  if (growth === 'oblivious') {
    const cells = 2 ** grower.get('shift');
    if (grower.get('slots') < 2 ** Math.min(options.depthLimit, Math.floor(Math.log2(options.numLeaves))) / 2 + 1 && options.depthLimit > 1) refuse('maxDepth', `${options.depthLimit} levels of histograms do not fit the pool`);
    grower.set({ levelGain: memory.alloc(layout.length * cells * 16) });
  }
}
