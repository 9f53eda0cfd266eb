import { instantiate, KernelMemory, loadKernels, type Kernels } from '../../../kernels/index.ts';
import { costs, epsilonFront, hypervolume, kneePoint, type Aim } from '../../../kernels/pareto/index.ts';
import { Fault, fileTypeOf, type NonlinearAnalysisParameters, type NonlinearResult, type Notice } from '../../../schemas/index.ts';
import type { JobContext, WrittenFile } from '../../job/context.ts';
import { findColumn, resolveColumn } from '../../dataset/index.ts';
import { paretoPlot, safeFileName, type ParetoPlot, type ParetoPoint, type ReportFigure, type TableExtract } from '../../report/index.ts';
import { canonicalName, type Table } from '../../table/index.ts';
import { nonlinearReportText, renderText } from '../../../schemas/text/index.ts';
import type { PredictedGrid } from '../prediction/index.ts';
import { frontOf, patternsOf, runPattern, type Objective } from './fronts.ts';

const folder = '05_パレート解';
/** Rows of the front that `result.json` shows; the workbook has all. */
const MOST_SHOWN = 2000;
/** The original's limit of points in a picture. */
const MOST_DRAWN = 1500;
/** Beyond so many points an exact volume in four or more dimensions costs minutes. */
const MOST_MEASURED = 400;
/** Reference of the volume: a tenth of the range behind the worst of the front. */
const BEHIND = 0.1;

type Predicted = Pick<PredictedGrid, 'table' | 'values'>;

/** Non-dominated settings of the predicted table, whole and by the original's patterns. @throws Fault of objectives and constraints, naming the field */
export async function tradeOff(context: JobContext, grid: PredictedGrid, parameters: NonlinearAnalysisParameters, notices: Notice[]): Promise<{ result: NonlinearResult['pareto']; files: WrittenFile[]; pictures: ReportFigure[] }> {
  const objectives = objectivesOf(grid, parameters);
  if (objectives.length < 2) {
    notices.push({ code: 'pareto_too_few_objectives', severity: 'info', values: { count: objectives.length } });
    return { result: null, files: [], pictures: [] };
  }
  const rows = candidates(grid, objectives, parameters);
  if (rows.length === 0) {
    notices.push({ code: 'pareto_no_candidates', severity: 'warning', values: { rows: grid.table.rows } });
    return { result: null, files: [], pictures: [] };
  }
  const kernels = await instantiate(await loadKernels(), KernelMemory.create());
  const front = frontOf(kernels, objectives, rows);
  const points = costs(objectives.map(({ values }) => Float64Array.from(front, (row) => values[row] as number)), objectives.map(({ aim }) => aim));
  const thinned = parameters.pareto_epsilon === 0 ? front : epsilonFront(kernels, points, objectives.length, parameters.pareto_epsilon).map((at) => front[at] as number);
  const meta = metaSheet(objectives, rows.length, front.length);
  const books = [
    { path: `${folder}/pareto_frontier.xlsx`, sheets: [sheet('pareto_only', grid, objectives, front), sheet('pareto_only_plotmask', grid, objectives, thinned), meta] },
    ...patternsOf(objectives.map(({ name }) => name), parameters.pareto_lexicographic).map((pattern) => {
      const found = runPattern(kernels, pattern, objectives, rows);
      return { path: `${folder}/${pattern.path.split('/').map(safeFileName).join('/')}.xlsx`, sheets: [sheet(pattern.sheet, grid, objectives, found), stepsSheet(pattern.steps, rows.length, found.length)] };
    }),
  ];
  const pictures = parameters.outputs.includes('charts') ? picturesOf(kernels, grid, objectives, { rows, front, thinned }, parameters) : [];
  const drawn = pictures.map(({ folder: own, plot }) => {
    const chart = paretoPlot(plot, parameters.language);
    return { kind: 'chart' as const, chart, files: ['png', 'svg', 'json'].map((type) => ({ path: `${own}/${chart.fileName}.${type}`, fileType: fileTypeOf(`x.${type}`) ?? 'json' })) };
  });
  const files = (await Promise.all([...drawn.map((task) => context.pool.run('renderOutput', { task, directory: context.order.outputDirectory }, { signal: context.signal })), ...books.map(({ path, sheets }) => context.pool.run('renderOutput', { task: { kind: 'sheets_workbook', sheets, files: [{ path, fileType: 'xlsx' }] }, directory: context.order.outputDirectory }, { signal: context.signal }))])).flat();
  return {
    result: describe(kernels, grid, objectives, rows, front, thinned, points), files,
    pictures: drawn.filter((_, at) => pictures[at]?.folder === `${folder}/pareto_plots`).map(({ chart, files: [, svg] }) => ({ kind: 'figure', title: chart.title, picture: { svgFile: svg?.path ?? '' } })),
  };
}

/** Each pair of objectives, and the last step of each pattern in two dimensions. */
function picturesOf(kernels: Kernels, grid: PredictedGrid, objectives: readonly Objective[], { rows, front, thinned }: { rows: Int32Array; front: Int32Array; thinned: Int32Array }, { language, pareto_lexicographic }: NonlinearAnalysisParameters): { folder: string; plot: ParetoPlot }[] {
  const every = Math.max(1, Math.ceil(rows.length / MOST_DRAWN));
  const some = rows.filter((_, at) => at % every === 0);
  const circles = thinned.length <= MOST_DRAWN ? thinned : thinned.subarray(0, MOST_DRAWN);
  const points = (list: Int32Array, x: Objective, y: Objective): ParetoPoint[] => Array.from(list, (row) => ({ row: grid.table.rowNumber(row), x: x.values[row] as number, y: y.values[row] as number }));
  const plot = (x: Objective, y: Objective, own: Int32Array, circled: Int32Array): Omit<ParetoPlot, 'fileName' | 'title'> => ({ x: x.name, y: y.name, all: points(some, x, y), front: points(circled, x, y), pair: points(own, x, y), candidates: rows.length });
  const text = (code: string, values: Record<string, string>): string => renderText([nonlinearReportText], language, code, values);
  const pairs = objectives.flatMap((x, i) => objectives.slice(i + 1).map((y) => [x, y] as const)).map(([x, y]) => ({
    folder: `${folder}/pareto_plots`, plot: { ...plot(x, y, frontOf(kernels, [x, y], rows), circles), fileName: `pareto_${x.name}__vs__${y.name}`, title: text('chart_pareto_pair', { x: x.name, y: y.name }) },
  }));
  const patterns = patternsOf(objectives.map(({ name }) => name), pareto_lexicographic).flatMap((pattern) => {
    const last = pattern.steps.at(-1) ?? [];
    const [x, y] = last.map((name) => objectives.find((one) => one.name === name) as Objective);
    if (pattern.sheet !== 'front_2D' || x === undefined || y === undefined) return [];
    const [own = '', name = ''] = pattern.path.split('/');
    return [{ folder: `${folder}/${safeFileName(own)}`, plot: { ...plot(x, y, runPattern(kernels, pattern, objectives, rows), front.subarray(0, MOST_DRAWN)), fileName: name, title: text('chart_pareto_pattern', { pattern: own.split('_')[1] ?? own, x: x.name, y: y.name }) } }];
  });
  return [...pairs, ...patterns];
}

/** What would stop the trade-off after hours of tuning. @throws Fault naming the field */
export function checkTradeOff(table: Table, targets: readonly string[], parameters: NonlinearAnalysisParameters): void {
  const empty = { table, values: targets.map((target) => ({ target, values: new Float64Array(0), outside: new Uint8Array(0) })) };
  const objectives = objectivesOf(empty, parameters);
  if (parameters.pareto_objectives.length === 1) throw new Fault('pareto_one_objective', 'one objective is no trade-off', { where: { field: 'parameters.pareto_objectives' } });
  objectives.forEach(({ aim, name }, index) => {
    if (typeof aim === 'object' && 'low' in aim && aim.low > aim.high) throw new Fault('pareto_limits', `the limits of ${name} are out of order`, { where: { field: `parameters.pareto_objectives.${index}.aim` }, values: { name, low: aim.low, high: aim.high } });
  });
  const names = objectives.map(({ name }) => name);
  parameters.pareto_lexicographic.forEach((one, index) => {
    for (const part of ['primary', 'secondary'] as const) {
      const stray = one[part].find((name) => !names.includes(name));
      if (stray !== undefined) throw new Fault('pareto_not_an_objective', `${stray} is none of the objectives`, { where: { field: `parameters.pareto_lexicographic.${index}.${part}` }, values: { name: stray, names } });
    }
  });
  candidates({ ...empty, table: { ...table, rows: 0 } }, objectives, parameters);
}

/** @returns objectives with their values over all rows */
function objectivesOf(grid: Predicted, { pareto_objectives: wanted }: NonlinearAnalysisParameters): Objective[] {
  if (wanted.length > 0) return wanted.map(({ column, aim }, index) => ({ name: column, aim: aimOf(aim), ...valuesOf(grid, column, `parameters.pareto_objectives.${index}.column`) }));
  const targets = grid.values.map(({ target, values }): Objective => ({ name: target, column: `prediction_${target}`, aim: 'min', values }));
  // time is what a deburring cell pays beside wear and sag
  const time = resolveColumn(grid.table, '切削時間');
  return time?.kind === 'number' && grid.values.length > 0 ? [...targets, { name: '切削時間', column: time.name, aim: 'min' as const, values: time.values }].slice(0, 6) : targets.slice(0, 6);
}

type GivenAim = NonlinearAnalysisParameters['pareto_objectives'][number]['aim'];
const aimOf = (aim: GivenAim): Aim => aim;

function valuesOf(grid: Predicted, name: string, field: string): { column: string; values: Float64Array } {
  const target = grid.values.find((one) => one.target === name || canonicalName(one.target) === canonicalName(name));
  if (target !== undefined) return { column: `prediction_${target.target}`, values: target.values };
  const column = findColumn(grid.table, name, field);
  if (column.kind !== 'number') throw new Fault('term_not_numeric', `${column.name} is not numeric`, { where: { field, column: column.name }, values: { name: column.name } });
  return { column: column.name, values: column.values };
}

/** Rows with a value in every objective, within the constraints, and inside the data of the fits unless asked otherwise. */
function candidates(grid: Predicted, objectives: readonly Objective[], { pareto_constraints, pareto_extrapolated }: NonlinearAnalysisParameters): Int32Array {
  const limits = pareto_constraints.map(({ column, low, high }, index) => ({ ...valuesOf(grid, column, `parameters.pareto_constraints.${index}.column`), low: low ?? -Infinity, high: high ?? Infinity }));
  return Int32Array.from({ length: grid.table.rows }, (_, row) => row).filter((row) => objectives.every(({ values }) => Number.isFinite(values[row]))
    && limits.every(({ values, low, high }) => (values[row] as number) >= low && (values[row] as number) <= high)
    && (pareto_extrapolated || grid.values.every(({ outside }) => outside[row] === 0)));
}

function describe(kernels: Kernels, grid: PredictedGrid, objectives: readonly Objective[], rows: Int32Array, front: Int32Array, thinned: Int32Array, points: Float64Array): NonlinearResult['pareto'] {
  const m = objectives.length;
  const range = objectives.map((_, k) => {
    const own = Array.from({ length: front.length }, (_unused, i) => points[i * m + k] as number);
    return { best: Math.min(...own), worst: Math.max(...own) };
  });
  const unit = points.map((value, at) => {
    const { best, worst } = range[at % m] as { best: number; worst: number };
    return worst > best ? (value - best) / (worst - best) : 0;
  });
  const measured = m <= 3 || front.length <= MOST_MEASURED ? unit : null;
  return {
    objectives: objectives.map(({ name, column, aim }) => ({ name, column, aim })),
    candidates: rows.length, front_size: front.length,
    front: [...front.subarray(0, MOST_SHOWN)].map((row) => ({ row: grid.table.rowNumber(row), values: objectives.map(({ values }) => values[row] as number) })),
    thinned: [...thinned].map((row) => grid.table.rowNumber(row)),
    knee: grid.table.rowNumber(front[kneePoint(points, m)] as number),
    hypervolume: measured === null ? null : hypervolume(measured, m, new Array<number>(m).fill(1 + BEHIND)) / (1 + BEHIND) ** m,
  };
}

function sheet(name: string, grid: PredictedGrid, objectives: readonly Objective[], rows: Int32Array): { name: string; table: TableExtract } {
  const extra = grid.values.filter(({ target }) => !objectives.some(({ column }) => column === `prediction_${target}`));
  const predictions = [...objectives.filter(({ column }) => column.startsWith('prediction_')).map(({ column, values }) => ({ column, values })), ...extra.map(({ target, values }) => ({ column: `prediction_${target}`, values }))];
  const cell = (value: number): number | null => (Number.isNaN(value) ? null : value);
  return {
    name,
    table: { columns: [
      ...grid.table.columns.flatMap((column) => (column.kind === 'empty' ? [] : [{
        name: column.name, kind: column.kind, values: Array.from(rows, (row) => {
          const value = cell(column.values[row] as number);
          return column.kind === 'text' && value !== null ? column.levels[value] ?? null : value;
        }),
      }])),
      ...predictions.map(({ column, values }) => ({ name: column, kind: 'number' as const, values: Array.from(rows, (row) => cell(values[row] as number)) })),
    ] },
  };
}

function metaSheet(objectives: readonly Objective[], evaluated: number, front: number): { name: string; table: TableExtract } {
  const text = (name: string, values: string[]): TableExtract['columns'][number] => ({ name, kind: 'text', values });
  const number = (name: string, value: number): TableExtract['columns'][number] => ({ name, kind: 'number', values: objectives.map(() => value) });
  return { name: 'meta', table: { columns: [
    text('objective', objectives.map(({ name }) => name)), text('direction', objectives.map(({ aim }) => (typeof aim === 'string' ? aim : JSON.stringify(aim)))), text('resolved_column_used', objectives.map(({ column }) => column)),
    number('n_eval', evaluated), number('n_front_strict', front), number('front_ratio', front / evaluated),
  ] } };
}

function stepsSheet(steps: readonly (readonly string[])[], evaluated: number, front: number): { name: string; table: TableExtract } {
  return { name: 'meta', table: { columns: [
    { name: 'step', kind: 'number', values: steps.map((_, at) => at + 1) }, { name: 'objectives', kind: 'text', values: steps.map((names) => names.join(', ')) },
    { name: 'n_eval', kind: 'number', values: steps.map(() => evaluated) }, { name: 'n_front', kind: 'number', values: steps.map(() => front) },
  ] } };
}
