import type { TopLevelSpec } from 'vega-lite';

/** One chart: plain data (it crosses the border to a thread) and at the same time the interactive spec that is published. */
export interface ChartSpec {
  /** stable name of the kind of chart, e.g. `actual_fitted` */
  id: string;
  /** file name without extension; safe on every file system, keeps Japanese */
  fileName: string;
  title: string;
  /** Vega-Lite with its data inside, so that it opens anywhere */
  spec: TopLevelSpec;
  /** px of the whole picture at scale 1 */
  width: number;
  height: number;
}
