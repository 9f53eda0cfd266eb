import type { FittedModel } from '../regression/index.ts';
import { randomStream } from '../random/index.ts';
import { defaultForced } from './best-subsets.ts';
import { criteria, loss } from './criteria.ts';
import type { Criterion } from './criteria.ts';
import { subsetProblem } from './problem.ts';
import type { Unit } from './problem.ts';
import { bestOfEachSize } from './search.ts';

/**
 * Share of bootstrap samples (rows drawn with replacement) whose best subset holds each unit: how much of a selection is chance.
 * Samples in which columns coincide are drawn again, at most ten times; `samples` counts those that were used.
 */
export function inclusionFrequencies(
  model: FittedModel, units: readonly Unit[], options: { samples: number; seed: number; criterion?: Criterion; forced?: readonly number[] },
): { frequency: Float64Array; samples: number } {
  const { n } = model;
  const { criterion = 'bic', forced = defaultForced(model) } = options;
  const counts = new Float64Array(units.length);
  let used = 0;
  for (let sample = 0; sample < options.samples; sample++) {
    for (let attempt = 0; attempt < 10; attempt++) {
      const next = randomStream(options.seed, sample, attempt);
      const rows = Int32Array.from({ length: n }, () => Math.floor(next() * n));
      const problem = subsetProblem(model, units, forced, rows);
      const columns = problem.forced + problem.sizes.reduce((sum, size) => sum + size, 0);
      if (problem.triangle.columns.length < columns || degenerate(problem.triangle.columns)) continue;
      const mean = rows.reduce((sum, i) => sum + (model.y[i] as number), 0) / n;
      const tss = rows.reduce((sum, i) => sum + ((model.y[i] as number) - (model.intercept ? mean : 0)) ** 2, 0);
      const totals = { n, tss, constant: model.intercept ? 1 : 0, variance: problem.triangle.rss / (n - columns) };
      const found = [...bestOfEachSize(problem, 1).values()].flat().sort((a, b) => loss(criteria(a.rss, a.coefficients, totals), criterion) - loss(criteria(b.rss, b.coefficients, totals), criterion));
      for (const unit of found[0]?.units ?? []) counts[unit] = (counts[unit] as number) + 1;
      used++;
      break;
    }
  }
  return { frequency: counts.map((count) => count / used), samples: used };
}

function degenerate(columns: readonly Float64Array[]): boolean {
  return columns.some((column, j) => Math.abs(column[j] as number) <= 1e-10 * Math.hypot(...column));
}
