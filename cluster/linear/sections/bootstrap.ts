import { wildIntervals, type WildInfluence } from '../../../kernels/index.ts';
import type { LinearSections } from '../../../schemas/index.ts';
import { groupRows } from '../../dataset/index.ts';
import type { FittedModel, SectionContext } from '../fitted-model.ts';
import { finite } from '../numbers.ts';
import { spread } from '../spread.ts';

/** Replicates of a piece of work: many enough that a thread's start is not seen. */
const pieceReplicates = 250;

/** Wild bootstrap of the coefficients, its replicates spread over the threads. */
export async function bootstrap(model: FittedModel, { parameters, job, module, slabs }: SectionContext): Promise<LinearSections['bootstrap']> {
  const { wild_bootstrap: replicates, random_seed: seed, confidence_level: confidence } = parameters;
  const { fit, rows, design, specification, used, terms } = model;
  if (replicates === 0 || fit.degreesOfFreedom < 1 || fit.rank === 0) return null;
  const source = specification.cluster;
  const cluster = source === null ? null : groupRows([Float64Array.from(used, (row) => source.values[row] as number)], used.length);
  const given = { design, kept: [...fit.kept], residual: rows['residual'] as Float64Array, leverage: rows['leverage'] as Float64Array, cluster: cluster?.group ?? null, seed };
  const pieces = Array.from({ length: Math.ceil(replicates / pieceReplicates) }, (_, k) => ({ given, from: k * pieceReplicates, to: Math.min(replicates, (k + 1) * pieceReplicates) }));
  const answers = await spread('wildPieces', { pool: job.pool, module, slabs, signal: job.signal }, pieces);
  const errors = answers[0]?.standardErrors as WildInfluence['standardErrors'];
  return {
    replicates, seed, clusters: cluster?.groups ?? null,
    coefficients: terms.map(({ name: term }, j) => {
      const k = fit.kept.indexOf(j);
      if (k < 0) return { term, estimate: null, std_error: null, t: null, p: null, ci_low: null, ci_high: null };
      const estimate = fit.coefficients[j] as number;
      const error = errors[k] as number;
      const t = Float64Array.from(answers.flatMap(({ t: all }) => Array.from({ length: all.length / fit.rank }, (_, b) => all[b * fit.rank + k] as number)));
      const { low, high, p } = wildIntervals(estimate, error, t, confidence);
      return { term, estimate: finite(estimate), std_error: finite(error), t: finite(estimate / error), p: finite(p), ci_low: finite(low), ci_high: finite(high) };
    }),
  };
}
