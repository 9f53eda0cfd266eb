import type { TopLevelSpec } from 'vega-lite';
import type { DesirabilityResult } from '../../../schemas/index.ts';
import type { ChartSpec } from './chart-spec.ts';
import { panelSize } from './panels.ts';
import { colour, frame, shortName } from './theme.ts';

const mostPanels = 12;
const perLine = 4;
/** px of a panel's axes and the gap to the next */
const around = { width: 66, height: 74 };

/** One panel per factor: the overall desirability along it while the others stay at the best conditions. @returns undefined where nothing can be varied */
export function desirabilityChart({ profiles, best }: DesirabilityResult, text: (code: string) => string): ChartSpec | undefined {
  const shown = profiles.slice(0, mostPanels);
  if (shown.length === 0) return undefined;
  const columns = Math.min(shown.length, perLine);
  const size = { width: columns * (panelSize.width + around.width) + 30, height: Math.ceil(shown.length / columns) * (panelSize.height + around.height) + 70 };
  const title = text('chart_desirability');
  const { width: _width, height: _height, autosize: _autosize, ...shared } = frame(title, [text('note_desirability')], size);
  const concat = shown.map(({ factor, at, desirability }, index) => {
    const numeric = at.every((value) => typeof value === 'number');
    // few places are levels: nothing lies between them
    const listed = !numeric || at.length <= 12;
    const x = { field: 'at', type: listed ? 'ordinal' : 'quantitative', sort: null, scale: listed ? {} : { zero: false, nice: false }, axis: { title: shortName(factor, 14), labelAngle: 0, ...(listed ? {} : { tickCount: 4 }) } };
    const y = { field: 'desirability', type: 'quantitative', scale: { domain: [0, 1] }, axis: { title: index % columns === 0 ? text('axis_desirability') : null, tickCount: 5 } };
    return {
      ...panelSize,
      layer: [
        { data: { values: [{ at: best.conditions[factor] }] }, mark: { type: 'rule', color: colour.red, strokeWidth: 1.5 }, encoding: { x } },
        { data: { values: at.map((value, k) => ({ at: value, desirability: desirability[k] })) }, mark: listed ? { type: 'circle', size: 60, color: colour.blue, opacity: 1 } : { type: 'line', color: colour.blue, strokeWidth: 2 }, encoding: { x, y, tooltip: [{ field: 'at', title: factor }, { field: 'desirability', title: text('axis_desirability') }] } },
      ],
    };
  });
  return { id: 'desirability', fileName: 'desirability', title, spec: { ...shared, concat, columns, spacing: 14, resolve: { scale: { x: 'independent', y: 'shared' } } } as unknown as TopLevelSpec, ...size };
}
