import type { BinaryResult, BinaryView } from '../../../../schemas/index.ts';
import type { ChartContext } from '../chart-context.ts';

/** A binary result as the charts read it: the rows where every kind of target has them. */
export type BinaryShown = BinaryView & { rows: BinaryResult['rows'] };

export interface BinaryContext extends ChartContext<BinaryShown> {
  /** which probabilities a chart of them is drawn from, as a note */
  source: string;
  /** out of fold where there is a cross-validation, else in sample */
  probability: readonly (number | null)[];
  /** confidence level in percent */
  level: number;
}
