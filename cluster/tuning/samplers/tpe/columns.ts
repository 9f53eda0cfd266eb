import type { Parameter } from '../../space.ts';
import type { StudyView } from '../../trial.ts';

/** One parameter of all trials so far, by trial number. */
export interface Column {
  /** value on the sampler's axis; NaN where the parameter was not active */
  readonly values: Float64Array;
  /** trial numbers that have the parameter, by ascending value, then by age */
  readonly ascending: Int32Array;
}

/**
 * Columns of a study, kept from trial to trial so that asking costs a pass and not a sort. They hold nothing but what the trials say: forgetting
 * them changes no draw.
 */
export class Columns {
  readonly #columns = new Map<string, Growing>();

  of(view: StudyView, { name, distribution }: Parameter): Column {
    let column = this.#columns.get(name);
    if (!column) this.#columns.set(name, column = { values: new Float64Array(64), ascending: new Int32Array(64), trials: 0, present: 0 });
    const logarithmic = distribution.kind !== 'categorical' && distribution.log === true;
    while (column.trials < view.trials.length) {
      const value = view.trials[column.trials]?.point[name];
      append(column, value === undefined ? Number.NaN : logarithmic ? Math.log(value) : value);
    }
    return { values: column.values, ascending: column.ascending.subarray(0, column.present) };
  }
}

interface Growing {
  values: Float64Array;
  ascending: Int32Array;
  trials: number;
  present: number;
}

function append(column: Growing, value: number): void {
  if (column.trials === column.values.length) {
    const values = new Float64Array(2 * column.trials);
    values.set(column.values);
    const ascending = new Int32Array(2 * column.trials);
    ascending.set(column.ascending);
    Object.assign(column, { values, ascending });
  }
  const { values, ascending } = column;
  const number = column.trials++;
  values[number] = value;
  if (Number.isNaN(value)) return;
  let low = 0;
  let high = column.present;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[ascending[middle] as number] as number) <= value) low = middle + 1;
    else high = middle;
  }
  ascending.copyWithin(low + 1, low, column.present++);
  ascending[low] = number;
}
