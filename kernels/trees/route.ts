import type { Ensemble } from './ensemble.ts';
import { BY_SET, IN_SET_RIGHT } from './ensemble.ts';
import type { Matrix } from './matrix.ts';
import { copyRows } from './predict.ts';

/** Below this a value is zero to LightGBM. */
const ZERO = 1.0000000180025095e-35;

/** Whether a value goes left at a node; in step with kernels/assembly/trees/predict.ts. */
export function goesLeft({ threshold, flags, categories }: Ensemble, node: number, value: number): boolean {
  const flag = flags[node] as number;
  const cut = threshold[node] as number;
  const defaultLeft = (flag & 1) === 1;
  if ((flag & BY_SET) !== 0) {
    if ((flag & IN_SET_RIGHT) !== 0 && Number.isNaN(value)) return defaultLeft;
    let isIn = false;
    if (categories !== undefined && value > -1 && value < 2147483647) {
      const category = Math.trunc(value);
      const word = (categories.starts[cut] as number) + (category >> 5);
      isIn = word < (categories.starts[cut + 1] as number) && (((categories.words[word] as number) >>> (category & 31)) & 1) === 1;
    }
    return isIn !== ((flag & IN_SET_RIGHT) !== 0);
  }
  if (Number.isNaN(value)) return (flag & 6) !== 0 ? defaultLeft : cut >= 0;
  return (flag & 2) !== 0 && Math.abs(value) <= ZERO ? defaultLeft : value <= cut;
}

/** A row as the ensemble's arithmetic sees it. */
export function rowOf({ arithmetic }: Ensemble, matrix: Matrix, row: number): Float64Array {
  const out = new Float64Array(matrix.columns);
  copyRows(matrix, row, 1, arithmetic === 'f32', out);
  return out;
}
