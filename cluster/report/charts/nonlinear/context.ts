import type { TopLevelSpec } from 'vega-lite';
import type { FaultValues, Language, NonlinearTarget } from '../../../../schemas/index.ts';
import { nonlinearReportText, renderText, reportText } from '../../../../schemas/text/index.ts';
import { safeFileName } from '../../file-name.ts';
import type { ChartSpec } from '../chart-spec.ts';
import { chartSize, frame, shortName, shortNumber } from '../theme.ts';

/** What the charts of one target are made from. */
export interface NonlinearChartContext {
  result: NonlinearTarget;
  text: (code: string, values?: FaultValues) => string;
  /** the target's name, short enough for a title */
  target: string;
  /** the same as a file name */
  stem: string;
}

export function nonlinearChartContext(result: NonlinearTarget, language: Language): NonlinearChartContext {
  return { result, text: nonlinearSpeech(language), target: shortName(result.target), stem: safeFileName(result.target) };
}

export function nonlinearSpeech(language: Language): NonlinearChartContext['text'] {
  return (code, values) => renderText([nonlinearReportText, reportText], language, code, values);
}

/** The final model in words, e.g. "Stack of families (Gaussian process 0.62, LightGBM 0.38)". */
export function finalModelName({ result, text }: Pick<NonlinearChartContext, 'result' | 'text'>): string {
  const members = result.families.filter(({ weight }) => weight > 0);
  const names = members.map(({ family, weight }) => (members.length > 1 ? `${text(`family_${family}`)} ${weight.toFixed(2)}` : text(`family_${family}`)));
  return names.join(' + ');
}

export function ceilingNote({ result: { noise }, text }: NonlinearChartContext): string {
  return noise.r2_ceiling === null ? text('note_nl_no_ceiling') : text('note_nl_ceiling', { r2: shortNumber(noise.r2_ceiling), df: noise.degrees_of_freedom });
}

/** One view. */
export function simpleChart(id: string, fileName: string, title: string, notes: readonly string[], body: object, size: { width: number; height: number } = chartSize): ChartSpec {
  return { id, fileName, title, spec: { ...frame(title, notes, size), ...body } as TopLevelSpec, ...size };
}

/** px of a panel's axes and the gap to the next */
const around = { width: 78, height: 84 };

/** Several views side by side under one title, each with axes of its own. @param panels views without `width` and `height` */
export function panelsChart(id: string, fileName: string, title: string, notes: readonly string[], panels: readonly object[], { width, height, columns }: { width: number; height: number; columns: number }): ChartSpec {
  const across = Math.min(panels.length, columns);
  const size = { width: Math.max(420, across * (width + around.width) + 30), height: Math.ceil(panels.length / across) * (height + around.height) + 70 };
  const { width: _width, height: _height, autosize: _autosize, ...shared } = frame(title, notes, size);
  const spec = {
    ...shared,
    concat: panels.map((panel) => ({ width, height, ...panel })),
    columns: across,
    spacing: 22,
    resolve: { scale: { color: 'independent', x: 'independent', y: 'independent' }, legend: { color: 'independent' } },
  } as unknown as TopLevelSpec;
  return { id, fileName, title, spec, ...size };
}

/** A colour for each family, the same in every chart. */
export const familyColours: Readonly<Record<string, string>> = {
  random_forest: '#27ae60', extra_trees: '#7dcea0', lightgbm: '#2980b9', xgboost: '#e67e22', gradient_boost: '#f5b041', ridge: '#7f8c8d', lasso: '#a6acaf', elastic_net: '#566573', response_surface: '#c0392b', gaussian_process: '#8e44ad', stack: '#2c3e50',
};
