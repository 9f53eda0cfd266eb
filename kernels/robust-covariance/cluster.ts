import { KernelError } from '../errors.ts';
import { influenceRows, modelBasis } from '../regression/index.ts';
import type { FittedModel } from '../regression/index.ts';
import { spread } from './heteroscedastic.ts';

/** CR0 Liang & Zeger 1986; CR1 that times G / (G − 1) · (n − 1) / (n − rank), the usual small-sample factor. */
export type ClusterKind = 'CR0' | 'CR1';

/**
 * Covariance that holds when errors are correlated within groups (replicates of one setting, runs of one day).
 * @param group group id per row, any integers
 * @returns covariance p × p (NaN for aliased columns), and the number of groups: t tests have groups − 1 degrees of freedom
 * Throws kernel_shape (length), kernel_domain (fewer than two groups).
 */
export function clusterCovariance(model: FittedModel, group: ArrayLike<number>, kind: ClusterKind = 'CR1'): { covariance: Float64Array; groups: number } {
  const { n, fit, p } = model;
  const { rank } = fit;
  if (group.length !== n) throw new KernelError('kernel_shape', `${group.length} group ids for ${n} rows`, { length: group.length, n });
  const numbers = new Map<number, number>();
  const member = Int32Array.from(group, (id) => {
    const known = numbers.get(id);
    if (known !== undefined) return known;
    numbers.set(id, numbers.size);
    return numbers.size - 1;
  });
  const groups = numbers.size;
  if (groups < 2) throw new KernelError('kernel_domain', 'a cluster-robust covariance needs at least two groups', { groups });

  const influence = influenceRows(modelBasis(model));
  const scores = new Float64Array(groups * rank);
  for (let k = 0; k < rank; k++) {
    for (let i = 0; i < n; i++) {
      const at = k * groups + (member[i] as number);
      scores[at] = (scores[at] as number) + (influence[k * n + i] as number) * (fit.residuals[i] as number);
    }
  }
  const factor = kind === 'CR0' ? 1 : (groups / (groups - 1)) * ((n - 1) / (n - rank));
  const matrix = new Float64Array(rank * rank);
  for (let k = 0; k < rank; k++) {
    for (let l = 0; l <= k; l++) {
      let sum = 0;
      for (let g = 0; g < groups; g++) sum += (scores[k * groups + g] as number) * (scores[l * groups + g] as number);
      matrix[k * rank + l] = sum * factor;
      matrix[l * rank + k] = sum * factor;
    }
  }
  return { covariance: spread(matrix, fit.kept, p), groups };
}
