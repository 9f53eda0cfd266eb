import type { TopLevelSpec } from 'vega-lite';
import { safeFileName } from '../file-name.ts';
import type { ChartContext, ChartResult } from './chart-context.ts';
import type { ChartSpec } from './chart-spec.ts';
import { frame } from './theme.ts';

export const panelSize = { width: 168, height: 140 } as const;
/** px of a panel's axes and the gap to the next */
const around = { width: 66, height: 74 };

/** Several small charts under one title. @param panels views without `width` and `height` */
export function panelChart(context: ChartContext<ChartResult>, id: string, title: string, notes: readonly string[], panels: readonly object[], size: { width: number; height: number } = panelSize): ChartSpec {
  const columns = Math.min(panels.length, size.width > 250 ? 2 : 4);
  const whole = { width: columns * (size.width + around.width) + 30, height: Math.ceil(panels.length / columns) * (size.height + around.height) + 70 };
  const { width: _width, height: _height, autosize: _autosize, ...shared } = frame(title, notes, whole);
  const spec = {
    ...shared,
    concat: panels.map((panel) => ({ ...panel, ...size })),
    columns,
    spacing: 14,
    resolve: { scale: { color: 'independent', x: 'independent', y: 'independent' }, legend: { color: 'independent' } },
  } as unknown as TopLevelSpec;
  return { id, fileName: `${id}_${safeFileName(context.result.target)}`, title, spec, ...whole };
}
