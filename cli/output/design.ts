import type { OptimizationDesign, OptimizationResult } from '../../schemas/index.ts';
import type { Speech } from '../text.ts';
import { figure } from './figures.ts';
import { displayWidth, fit, plain, table } from './table.ts';
import { wrap } from './wrap.ts';

/** Runs of a design that a terminal shows. */
const mostRows = 5;

/** Designs as a terminal shows them: how good each is beside the bound and beside the others, its first runs, the warnings. */
export function designSummary(result: OptimizationResult, speech: Speech, columns: number): string {
  const { dataset, factors, model, designs, scan } = result;
  const nameOf = (design: OptimizationDesign): string => speech.say(`design_${design.name}`);
  const searches = designs.flatMap((design) => (design.search === null ? [] : [wrap(speech.say('design_search_line', {
    design: nameOf(design), starts: design.search.starts, hits: design.search.hits, rate: figure(100 * design.search.hit_rate, 3), stopped: speech.say(`design_stopped_${design.search.stopped_by}`),
  }), columns)]));
  return [
    wrap(speech.say('design_title', { file: plain(dataset.name), factors: factors.length, columns: model.columns.length, candidates: dataset.candidates ?? speech.say('design_any') }), columns),
    '', criteriaTable(designs, nameOf, speech, columns), wrap(speech.say('design_note'), columns), ...searches,
    ...(scan === null ? [] : [wrap(speech.say('design_scan_line', { runs: scan.suggestion.runs }), columns)]),
    ...designs.flatMap((design) => ['', firstRows(result, design, nameOf(design), speech, columns)]),
    ...(result.notices.length > 0 ? [''] : []),
    ...result.notices.map((notice) => wrap(plain(speech.notice(notice)), columns)),
  ].join('\n');
}

type Column = 'design' | 'runs' | 'd' | 'd_bound' | 'd_best' | 'variance' | 'i_best' | 'largest' | 'g' | 'condition';

/** From roomy to narrow: what is left out stands in the workbook. */
const layouts: readonly (readonly Column[])[] = [
  ['design', 'runs', 'd', 'd_bound', 'd_best', 'variance', 'i_best', 'largest', 'g', 'condition'],
  ['design', 'runs', 'd', 'd_bound', 'variance', 'g', 'condition'],
  ['design', 'runs', 'd', 'd_bound', 'variance'],
  ['design', 'runs', 'd'],
];

function criteriaTable(designs: readonly OptimizationDesign[], nameOf: (design: OptimizationDesign) => string, speech: Speech, columns: number): string {
  const bestD = Math.max(...designs.map(({ criteria }) => criteria.d));
  const bestVariance = Math.min(...designs.map(({ criteria }) => criteria.average_variance ?? Infinity));
  const percent = (share: number | null): string => figure(share === null || !Number.isFinite(share) ? null : 100 * share, 4);
  const rows = designs.map((design): Record<Column, string> => {
    const { criteria: c } = design;
    return {
      design: nameOf(design), runs: String(design.degrees_of_freedom.runs), d: figure(c.d, 5), d_bound: percent(c.d_relative), d_best: percent(bestD > 0 ? c.d / bestD : null),
      variance: figure(c.average_variance, 4), i_best: percent(c.average_variance === null ? null : bestVariance / c.average_variance), largest: figure(c.largest_variance, 4), g: figure(c.g_efficiency, 4), condition: figure(c.condition_number, 4),
    };
  });
  let text = '';
  for (const layout of layouts) {
    text = table(layout.map((name) => speech.say(`column_${name}`)), rows.map((row) => layout.map((name) => row[name])));
    if (widthOf(text) <= columns) break;
  }
  return text;
}

/** The first runs in the order in which they are to be run; columns that the terminal has no room for are counted. */
function firstRows({ factors }: OptimizationResult, design: OptimizationDesign, name: string, speech: Speech, columns: number): string {
  const order = design.rows.map((_, i) => i).sort((a, b) => (design.run_order[a] ?? a) - (design.run_order[b] ?? b)).slice(0, mostRows);
  const names = [...factors.map((factor) => factor.name), ...Object.keys(design.rows[0] ?? {}).filter((own) => !factors.some((factor) => factor.name === own))];
  const numeric = new Set(factors.filter(({ kind }) => kind !== 'categorical').map((factor) => factor.name));
  const cell = (value: number | string | undefined): string => (typeof value === 'number' ? figure(value, 6) : fit(plain(value ?? ''), 16));
  let text = '';
  let shown = names.length;
  for (; shown > 0; shown -= 1) {
    const kept = names.slice(0, shown);
    text = table(['No.', ...kept.map((own) => fit(plain(own), 16))], order.map((i, at) => [String(at + 1), ...kept.map((own) => cell(design.rows[i]?.[own]))]), [false, ...kept.map((own) => !numeric.has(own))]);
    if (widthOf(text) <= columns) break;
  }
  return [
    wrap(speech.say('design_first_rows', { design: name, shown: order.length, runs: design.rows.length }), columns), text,
    ...(shown < names.length ? [wrap(speech.say('design_columns_more', { count: names.length - shown }), columns)] : []),
  ].join('\n');
}

function widthOf(text: string): number {
  return Math.max(...text.split('\n').map(displayWidth));
}
