import { OK } from '../status';

/**
 * out = x[rows, :]. x: column-major with leading dimension ld, p columns; rows: m row numbers (i32); out: column-major m x p, leading
 * dimension ldOut. Cost: m p random loads within one column at a time.
 */
export function gatherRows(x: usize, ld: i32, p: i32, rows: usize, m: i32, out: usize, ldOut: i32): i32 {
  for (let j = 0; j < p; j++) {
    const source = x + ((<usize>j * <usize>ld) << 3);
    const target = out + ((<usize>j * <usize>ldOut) << 3);
    for (let i = 0; i < m; i++) {
      const row = <usize>load<i32>(rows + (<usize>i << 2));
      store<f64>(target + (<usize>i << 3), load<f64>(source + (row << 3)));
    }
  }
  return OK;
}
