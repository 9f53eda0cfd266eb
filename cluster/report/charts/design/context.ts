import type { TopLevelSpec } from 'vega-lite';
import type { FaultValues, Language, OptimizationDesign, OptimizationResult } from '../../../../schemas/index.ts';
import { designReportText, renderText, reportText } from '../../../../schemas/text/index.ts';
import { safeFileName } from '../../file-name.ts';
import type { ChartSpec } from '../chart-spec.ts';
import { chartSize, colour, frame } from '../theme.ts';

/** What every chart of a set of designs is made from. */
export interface DesignChartContext {
  result: OptimizationResult;
  text: (code: string, values?: FaultValues) => string;
}

export function designChartContext(result: OptimizationResult, language: Language): DesignChartContext {
  return { result, text: (code, values) => renderText([designReportText, reportText], language, code, values) };
}

/** A design as a user knows it, e.g. D最適化. */
export function designTitle({ text }: DesignChartContext, { name }: Pick<OptimizationDesign, 'name'>): string {
  return text(`design_${name}`);
}

const seriesColours = [colour.red, '#27ae60', '#8e44ad', colour.orange, colour.blue];

/** The original's colours: D red, I green; the others by their place. */
export function designColour({ result }: DesignChartContext, { name }: Pick<OptimizationDesign, 'name'>): string {
  if (name === 'D') return colour.red;
  if (name === 'I') return '#27ae60';
  const place = result.designs.findIndex((design) => design.name === name);
  return seriesColours[(place + 2) % seriesColours.length] as string;
}

export function designChart(id: string, stem: string, title: string, notes: readonly string[], body: Partial<TopLevelSpec> | object, size: { width: number; height: number } = chartSize): ChartSpec {
  return { id, fileName: safeFileName(stem), title, spec: { ...frame(title, notes, size), ...body } as TopLevelSpec, ...size };
}

/** Several views under one title; they have sizes of their own. */
export function composedChart(id: string, stem: string, title: string, notes: readonly string[], body: object, size: { width: number; height: number }): ChartSpec {
  const { width: _width, height: _height, autosize: _autosize, ...shared } = frame(title, notes, size);
  return { id, fileName: safeFileName(stem), title, spec: { ...shared, ...body } as unknown as TopLevelSpec, ...size };
}

/** Settings as they are written: 8,000, 0.5, 1. */
export const settingFormat = ',~r';
