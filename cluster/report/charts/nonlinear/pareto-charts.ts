import type { Language } from '../../../../schemas/index.ts';
import { safeFileName } from '../../file-name.ts';
import type { ChartSpec } from '../chart-spec.ts';
import { colour, shortName } from '../theme.ts';
import { nonlinearSpeech, simpleChart } from './context.ts';

/** Settings in the plane of two objectives. */
export interface ParetoPlot {
  /** without extension; the original's */
  fileName: string;
  title: string;
  x: string;
  y: string;
  /** rows of the predicted table and their two values: some of all, those of the front of all objectives, those of the front of these two */
  all: readonly ParetoPoint[];
  front: readonly ParetoPoint[];
  pair: readonly ParetoPoint[];
  /** settings that took part */
  candidates: number;
}

export interface ParetoPoint { row: number; x: number; y: number }

/** All settings in grey, the front of all objectives as circles, that of the two as a line of stars. */
export function paretoPlot(plot: ParetoPlot, language: Language): ChartSpec {
  const text = nonlinearSpeech(language);
  const kinds = [text('legend_pareto_all'), text('legend_pareto_front'), text('legend_pareto_pair')];
  const x = { field: 'x', type: 'quantitative', scale: { zero: false, padding: 8 }, axis: { title: shortName(plot.x), tickCount: 7 } };
  const y = { field: 'y', type: 'quantitative', scale: { zero: false, padding: 8 }, axis: { title: shortName(plot.y), tickCount: 6 } };
  const tooltip = [{ field: 'row', title: text('axis_row') }, { field: 'x', title: plot.x }, { field: 'y', title: plot.y }];
  const color = { field: 'kind', type: 'nominal', sort: null, scale: { domain: kinds, range: [colour.frame, colour.red, colour.ink] }, legend: { title: null, orient: 'bottom', labelLimit: 260, symbolType: 'circle' } };
  const of = (points: readonly ParetoPoint[], kind: number): object => ({ values: points.map((point) => ({ ...point, kind: kinds[kind] })) });
  const star = 'M0,-1L0.22,-0.31L0.95,-0.31L0.36,0.12L0.59,0.81L0,0.38L-0.59,0.81L-0.36,0.12L-0.95,-0.31L-0.22,-0.31Z';
  return simpleChart('pareto_plot', safeFileName(plot.fileName), plot.title, [text('note_pareto_plot', { shown: plot.all.length, candidates: plot.candidates, front: plot.front.length })], {
    layer: [
      { data: of(plot.all, 0), mark: { type: 'circle', size: 18, opacity: 1 }, encoding: { x, y, color, tooltip } },
      { data: of(plot.front, 1), mark: { type: 'point', size: 46, filled: false, strokeWidth: 1.3 }, encoding: { x, y, color, tooltip } },
      { data: of([...plot.pair].sort((a, b) => a.x - b.x || a.y - b.y), 2), layer: [{ mark: { type: 'line', strokeWidth: 1, strokeDash: [4, 3] }, encoding: { x, y, color } }, { mark: { type: 'point', shape: star, size: 60, filled: true, opacity: 1 }, encoding: { x, y, color, tooltip } }] },
    ],
  }, { width: 680, height: 540 });
}
