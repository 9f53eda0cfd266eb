import { solveBlocks } from './blocks.ts';
import { blocksOf, diagonal, orthonormal, scaleCross, scaleGram, unscale } from './scaling.ts';
import type { Scaling } from './scaling.ts';
import type { Standardised } from './standardise.ts';
import type { PathOptions, Solutions } from './types.ts';

interface Groups { readonly scaling: Scaling; readonly gram: Float64Array; readonly cross: Float64Array; /** By block: f √rank and f. */ readonly lasso: Float64Array; readonly ridge: Float64Array }

/** Group lasso (Yuan & Lin 2006): solutions in the units of the standardised problem, each from the one before, by exact block descent to rounding. */
export function solveGroups(problem: Standardised, input: PathOptions, lambdas: Float64Array): Solutions {
  const { p, yDeviation } = problem;
  const { scaling, gram, cross, lasso, ridge } = groupsOf(problem, input);
  const mix = input.l1Ratio ?? 1;
  const count = lambdas.length;
  const out: Solutions = { beta: new Float64Array(p * count), gaps: new Float64Array(count), residual: new Float64Array(count), sweeps: new Float64Array(count), solved: new Float64Array(count) };
  let start: Float64Array = new Float64Array(p);
  lambdas.forEach((lambda, l) => {
    const threshold = lasso.map((f) => (f * lambda * mix) / yDeviation);
    const squared = ridge.map((f) => f * lambda * (1 - mix));
    const { beta, gradient, sweeps } = solveBlocks({ p, gram, cross, blocks: scaling.blocks, threshold, ridge: squared }, start, input.maxSweeps ?? 10_000);
    start = beta;
    out.beta.set(unscale(scaling, beta), l * p);
    out.sweeps[l] = sweeps;
    const residual = beta.reduce((rest, b, j) => rest - b * ((cross[j] as number) + (gradient[j] as number)), 1);
    out.residual[l] = residual;
    const gap = dualityGap(scaling.blocks, { beta, gradient, cross, residual }, threshold, squared);
    out.gaps[l] = gap;
    out.solved[l] = Number(gap <= (input.tolerance ?? 1e-12));
  });
  return out;
}

/** The smallest multiplier, of a mix of 1 and a response of variance 1, that leaves no penalised block in. */
export function largestOfGroups(problem: Standardised, input: PathOptions): number {
  const { scaling, gram, cross, lasso } = groupsOf(problem, input);
  const { gradient } = solveBlocks({ p: problem.p, gram, cross, blocks: scaling.blocks, threshold: lasso.map((f) => (f > 0 ? Infinity : 0)), ridge: new Float64Array(lasso.length) }, new Float64Array(problem.p), input.maxSweeps ?? 10_000);
  return scaling.blocks.reduce((most, block, at) => ((lasso[at] as number) > 0 ? Math.max(most, length(gradient, block) / (lasso[at] as number)) : most), 0);
}

function groupsOf(problem: Standardised, { groups, penaltyFactors, standardise }: PathOptions): Groups {
  const { p, deviation } = problem;
  const blocks = blocksOf(p, groups);
  const scaling = standardise ?? true ? orthonormal(p, blocks, (j, k) => problem.gram[j * p + k] as number) : diagonal(p, blocks, deviation);
  const factor = blocks.map(([j]) => (penaltyFactors ? (penaltyFactors[j as number] as number) : 1));
  return {
    scaling, gram: scaleGram(scaling, problem.gram), cross: scaleCross(scaling, problem.cross),
    lasso: Float64Array.from(factor, (f, at) => f * Math.sqrt(scaling.ranks[at] as number)), ridge: Float64Array.from(factor),
  };
}

const length = (values: Float64Array, block: readonly number[]): number => Math.sqrt(block.reduce((sum, j) => sum + (values[j] as number) ** 2, 0));

/** As of single columns (assembly/elastic-net/path.ts), with lengths for sizes. */
function dualityGap(blocks: readonly (readonly number[])[], { beta, gradient, cross, residual }: { beta: Float64Array; gradient: Float64Array; cross: Float64Array; residual: number }, threshold: Float64Array, ridge: Float64Array): number {
  let scale = 1;
  blocks.forEach((block, at) => {
    const t = threshold[at] as number;
    const size = length(gradient, block);
    if (ridge[at] === 0 && t > 0 && size * scale > t) scale = t / size;
  });
  const fitted = beta.reduce((sum, b, j) => sum + b * (cross[j] as number), 0);
  let rest = 0;
  blocks.forEach((block, at) => {
    const [t, e, b, g] = [threshold[at] as number, ridge[at] as number, length(beta, block), length(gradient, block)];
    rest += t * b + (e * b * b) / 2;
    if (e > 0) rest += Math.max(0, scale * g - t) ** 2 / (2 * e);
    else if (t === 0) rest += b * g;
  });
  return Math.max(0, residual / 2 + rest - (scale * (1 - fitted) - (scale * scale * residual) / 2));
}
