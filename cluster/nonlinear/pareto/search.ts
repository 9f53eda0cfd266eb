import type { Aim } from '../../../kernels/pareto/index.ts';
import { Fault, type NonlinearAnalysisParameters, type NonlinearResult, type Notice } from '../../../schemas/index.ts';
import { resolveColumn } from '../../dataset/index.ts';
import type { JobContext, WrittenFile } from '../../job/context.ts';
import { csvOf, type TableExtract } from '../../report/index.ts';
import { canonicalName, canonicalNamesIn, type Column, type Table } from '../../table/index.ts';
import type { TargetData } from '../data.ts';
import type { TargetModel } from '../predictor.ts';
import type { SearchAnswer, SearchTask, Source } from './search-task.ts';
import { columnsOfVariables, variablesOf, type Variable } from './variables.ts';

const folder = '05_パレート解';
const TIME = '切削時間';
const FEED = '送り速度';

type Found = Pick<NonlinearResult, 'pareto_search' | 'next_experiments'> & { files: WrittenFile[] };
type Named = { readonly name: string; readonly source: Source; readonly aim: Aim };

/** What is wrong with a search before anything is tuned. @throws Fault naming the field */
export function checkSearch(table: Table, targets: readonly TargetData[], parameters: NonlinearAnalysisParameters): void {
  if (parameters.pareto_evaluations > 0) prepare(table, targets, parameters);
}

/** A front between the rows of any grid, within the data of the fits, and the experiments that promise to move it most. */
export async function searchTradeOff(context: JobContext, table: Table, found: readonly { data: TargetData; model: TargetModel }[], parameters: NonlinearAnalysisParameters, notices: Notice[]): Promise<Found> {
  const nothing: Found = { pareto_search: null, next_experiments: [], files: [] };
  if (parameters.pareto_evaluations === 0) return nothing;
  const { objectives, variables, task } = prepare(table, found.map(({ data }) => data), parameters);
  if (objectives.length < 2) {
    notices.push({ code: 'pareto_too_few_objectives', severity: 'info', values: { count: objectives.length } });
    return nothing;
  }
  const answer = await context.pool.run('searchFront', { ...task, models: found.map(({ model }) => model) }, { signal: context.signal });
  if (answer.size === 0) {
    notices.push({ code: 'pareto_search_none', severity: 'warning', values: { evaluations: answer.evaluations } });
    return nothing;
  }
  const columns = columnsOfVariables(variables).map((name) => table.columns.find((column) => column.name === name) as Column);
  const robust = parameters.pareto_tolerances.length > 0;
  const names = found.map(({ data }) => data.target.name);
  const result: Found = {
    pareto_search: {
      objectives: objectives.map(({ name, aim }) => ({ name, aim })), evaluations: answer.evaluations, front_size: answer.size,
      variables: variables.map((variable) => (variable.kind === 'number' ? { ...variable } : { kind: 'settings', columns: [...variable.columns], choices: variable.choices.length })),
      front: (answer.cells[0] === undefined ? [] : [...answer.cells[0].keys()]).map((row) => ({
        settings: settingsOf(columns, answer.cells.map((cells) => cells[row] as number)),
        values: answer.values.map((values) => values[row] as number), worst: robust ? answer.worst.map((values) => values[row] as number) : null,
      })),
    },
    next_experiments: answer.proposals.map(({ cells, gain, mean, error }) => ({ settings: settingsOf(columns, cells), gain, expected: objectives.map(({ name }, k) => ({ name, mean: mean[k] as number, error: error[k] as number })) })),
    files: [],
  };
  const render = async (task: Parameters<typeof context.pool.run<'renderOutput'>>[1]['task']): Promise<WrittenFile[]> => context.pool.run('renderOutput', { task, directory: context.order.outputDirectory }, { signal: context.signal });
  result.files = [
    ...await render({ kind: 'sheets_workbook', sheets: sheetsOf(columns, objectives, names, answer, robust), files: [{ path: `${folder}/pareto_search.xlsx`, fileType: 'xlsx' }] }),
    ...(answer.proposals.length === 0 ? [] : await render({ kind: 'text', text: csvOf(columns.map(({ name }) => name), answer.proposals.map(({ cells }) => columns.map((column, j) => textOrNumber(column, cells[j] as number)))), files: [{ path: `${folder}/next_experiments.csv`, fileType: 'csv' }] })),
  ];
  return result;
}

function prepare(table: Table, targets: readonly TargetData[], parameters: NonlinearAnalysisParameters): { objectives: Named[]; variables: Variable[]; task: Omit<SearchTask, 'models'> } {
  const variables = variablesOf(table, targets, parameters);
  const varied = columnsOfVariables(variables);
  const source = (name: string, field: string): Source => sourceOf(table, targets, varied, name, field);
  const objectives = parameters.pareto_objectives.length > 0
    ? parameters.pareto_objectives.map(({ column, aim }, index): Named => ({ name: column, aim, source: source(column, `parameters.pareto_objectives.${index}.column`) }))
    : usualObjectives(table, targets, varied);
  const limits = parameters.pareto_constraints.map(({ column, low, high }, index) => {
    const own = source(column, `parameters.pareto_constraints.${index}.column`);
    return { source: own, low: low ?? -Infinity, high: high ?? Infinity, scale: scaleOf(table, targets, own) };
  });
  const tolerances = parameters.pareto_tolerances.map(({ column, plus_minus }, index) => {
    const own = variables.find((variable) => variable.kind === 'number' && variable.column === resolveColumn(table, column)?.name);
    if (own?.kind !== 'number') throw new Fault('search_not_a_factor', `${column} is no number that the search varies`, { where: { field: `parameters.pareto_tolerances.${index}.column`, column }, values: { name: column, columns: variables.flatMap((variable) => (variable.kind === 'number' ? [variable.column] : [])) } });
    return { column: own.column, size: plus_minus };
  });
  return {
    objectives, variables,
    task: {
      variables, objectives: objectives.map(({ source: own, aim }) => ({ source: own, aim })), limits, tolerances, evaluations: parameters.pareto_evaluations, seed: parameters.random_seed,
      proposals: parameters.next_experiments, level: parameters.confidence_level, measured: measuredCells(table, targets, varied),
    },
  };
}

/** All targets and, in a deburring table, the time: the less the better. */
function usualObjectives(table: Table, targets: readonly TargetData[], varied: readonly string[]): Named[] {
  const own = targets.map(({ target }, model): Named => ({ name: target.name, source: { kind: 'target', model }, aim: 'min' }));
  const feed = feedOf(table, varied);
  return [...own, ...(feed === undefined ? [] : [{ name: TIME, source: { kind: 'time' as const, feed }, aim: 'min' as const }])].slice(0, 6);
}

function feedOf(table: Table, varied: readonly string[]): string | undefined {
  const quantity = canonicalNamesIn(table.columns.map(({ name }) => name));
  return varied.find((name) => quantity(name) === FEED);
}

/** @throws Fault `search_not_a_factor` */
function sourceOf(table: Table, targets: readonly TargetData[], varied: readonly string[], name: string, field: string): Source {
  const model = targets.findIndex(({ target }) => target.name === name || canonicalName(target.name) === canonicalName(name));
  if (model >= 0) return { kind: 'target', model };
  const column = resolveColumn(table, name);
  if (column !== undefined && column.kind === 'number' && varied.includes(column.name)) return { kind: 'column', column: column.name };
  const feed = feedOf(table, varied);
  if (feed !== undefined && [TIME, '加工時間'].includes(canonicalName(name))) return { kind: 'time', feed };
  throw new Fault('search_not_a_factor', `${name} is neither a target nor a number that the search varies`, { where: { field, column: name }, values: { name, columns: [...targets.map(({ target }) => target.name), ...varied] } });
}

function scaleOf(table: Table, targets: readonly TargetData[], source: Source): number {
  const values = source.kind === 'target' ? targets[source.model]?.y ?? new Float64Array(0) : (table.columns.find(({ name }) => name === (source.kind === 'time' ? source.feed : source.column)) as Column).values;
  const finite = [...values].filter((value) => Number.isFinite(value));
  const range = finite.reduce((a, b) => Math.max(a, b), -Infinity) - finite.reduce((a, b) => Math.min(a, b), Infinity);
  return range > 0 ? range : 1;
}

/** Settings of the rows that the models have seen, without rows where one is missing. */
function measuredCells(table: Table, targets: readonly TargetData[], varied: readonly string[]): Float64Array[] {
  const columns = varied.map((name) => table.columns.find((column) => column.name === name) as Column);
  const rows = [...new Set(targets.flatMap(({ used }) => [...used]))].sort((a, b) => a - b).filter((row) => columns.every(({ values }) => !Number.isNaN(values[row])));
  return columns.map(({ values }) => Float64Array.from(rows, (row) => values[row] as number));
}

function settingsOf(columns: readonly Column[], cells: readonly number[]): Record<string, number | string> {
  return Object.fromEntries(columns.map((column, j) => [column.name, textOrNumber(column, cells[j] as number)]));
}

function textOrNumber({ kind, levels }: Column, cell: number): number | string {
  // steps such as 0.1 add up to numbers that no one would set
  return kind === 'text' ? levels[cell] ?? '' : Number(cell.toPrecision(12));
}

function sheetsOf(columns: readonly Column[], objectives: readonly Named[], targets: readonly string[], { cells, values, worst, intervals, proposals }: SearchAnswer, robust: boolean): { name: string; table: TableExtract }[] {
  const column = (name: string, list: ArrayLike<number>): TableExtract['columns'][number] => ({ name, kind: 'number', values: Array.from(list, (value) => (Number.isFinite(value) ? value : null)) });
  const settings = (lists: readonly ArrayLike<number>[]): TableExtract['columns'] => columns.map((own, j) => ({ name: own.name, kind: own.kind === 'text' ? 'text' : 'number', values: Array.from(lists[j] ?? [], (cell) => textOrNumber(own, cell)) }));
  const label = (name: string): string => (targets.includes(name) ? `prediction_${name}` : name);
  const shown = objectives.flatMap((one, k) => (columns.some(({ name }) => name === one.name) ? [] : [{ ...one, k }]));
  const front = [
    ...settings(cells), ...shown.map(({ name, k }) => column(label(name), values[k] as Float64Array)),
    ...(robust ? shown.map(({ name, k }) => column(`${label(name)}_worst`, worst[k] as Float64Array)) : []),
    ...targets.flatMap((name, k) => [column(`${name}_low`, intervals[k]?.lower ?? []), column(`${name}_high`, intervals[k]?.upper ?? [])]),
  ];
  const next = [...settings(columns.map((_, j) => proposals.map((one) => one.cells[j] as number))), column('expected_gain', proposals.map(({ gain }) => gain)), ...shown.flatMap(({ name, k }) => [column(label(name), proposals.map(({ mean }) => mean[k] as number)), column(`${label(name)}_error`, proposals.map(({ error }) => error[k] as number))])];
  return [{ name: 'pareto_search', table: { columns: front } }, ...(proposals.length === 0 ? [] : [{ name: 'next_experiments', table: { columns: next } }])];
}
