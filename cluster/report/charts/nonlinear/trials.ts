import type { NonlinearFamily, NonlinearStudy } from '../../../../schemas/index.ts';

/** A complete trial with what it is compared by as its value. */
export type CompleteTrial = NonlinearStudy['trials'][number] & { value: number };

/** Losses beyond this many times the median are drawn at the edge: one failed trial must not flatten the others. */
const clip = 2.5;

export function onAllRows(studies: readonly NonlinearStudy[]): NonlinearStudy | undefined {
  return studies.find(({ outer_fold: fold }) => fold === null);
}

export function complete({ studies }: Pick<NonlinearFamily, 'studies'>): CompleteTrial[] {
  return (onAllRows(studies)?.trials ?? []).flatMap((trial) => {
    const value = trial.criterion ?? trial.value;
    return value === null ? [] : [{ ...trial, value }];
  });
}

export const axisOf = (trials: readonly { criterion: number | null }[]): 'axis_criterion' | 'axis_loss' => (trials.some(({ criterion }) => criterion !== null) ? 'axis_criterion' : 'axis_loss');

/** A searched parameter with more than one possible value. */
export interface Axis {
  name: string;
  log: boolean;
  choices: readonly string[] | null;
  low: number;
  high: number;
  /** of a value between the ends, from 0 to 1 */
  place: (value: unknown) => number;
}

export function axesOf({ space }: Pick<NonlinearFamily, 'space'>): Axis[] {
  return space.flatMap(({ name, distribution: d }): Axis[] => {
    if (d.kind === 'categorical') {
      const choices = d.choices.map(String);
      return choices.length < 2 ? [] : [{ name, log: false, choices, low: 0, high: 1, place: (value) => choices.indexOf(String(value)) / (choices.length - 1) }];
    }
    const scale = d.log === true ? Math.log : (value: number): number => value;
    const [from, to] = [scale(d.low), scale(d.high)];
    return d.low === d.high ? [] : [{ name, log: d.log === true, choices: null, low: d.low, high: d.high, place: (value) => (scale(Number(value)) - from) / (to - from) }];
  });
}

/** Criteria have no scale of their own: none of them is cut off. */
export function edgeOf(trials: readonly { value: number; criterion: number | null }[]): number {
  const sorted = trials.map(({ value }) => value).sort((a, b) => a - b);
  if (axisOf(trials) === 'axis_criterion') return sorted.at(-1) ?? 1;
  const middle = sorted[Math.floor(sorted.length / 2)];
  return middle === undefined ? 1 : Math.min(sorted.at(-1) ?? middle, clip * middle);
}
