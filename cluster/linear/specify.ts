import { columnsOf, contrastOf, expandFormula, Fault, formatFormula, formatTerm, missingParents, orderTerms, parseFormula, presetTerms, type Contrast, type Factor, type LinearAnalysisParameters, type ModelTerms, type Notice } from '../../schemas/index.ts';
import type { Column, Table } from '../table/index.ts';
import type { Outcome } from './binary/index.ts';
import { chooseFeatures, findColumn } from '../dataset/index.ts';
import { chooseTarget } from './choose-target.ts';
import { isCategorical } from './model/index.ts';
import { isEstimated } from './response.ts';
import type { TargetName } from './targets.ts';

/** The model that the parameters ask for, every name looked up. */
export interface Specification {
  target: Column;
  /** labels of a target of two values; null when it is numeric */
  outcome: Outcome | null;
  /** columns that the terms read */
  features: Column[];
  weights: Column | null;
  /** whose values are the clusters of a cluster-robust covariance */
  cluster: Column | null;
  model: ModelTerms;
  contrasts: ReadonlyMap<string, Contrast>;
  /** canonical text */
  formula: string;
  column: (name: string) => Column;
  notices: Notice[];
}

/**
 * From formula, terms or preset to terms, whichever is given.
 * @param targets all of the run: none of them is chosen as a feature by itself, nor are weights and offset
 * @throws Fault `model_conflict`, `formula_…`, `column_not_found(_nearest)`, and those of chooseFeatures
 */
export function specifyModel(table: Table, parameters: LinearAnalysisParameters, name: TargetName, targets: readonly TargetName[]): Specification {
  if (parameters.formula !== null && parameters.terms !== null) throw conflict('formula', 'terms');
  const notices: Notice[] = [];
  const { source, target, outcome } = chooseTarget(table, name, parameters, notices);
  const usable = (): Column[] => {
    const others = [...targets.map((other) => other.name), parameters.weights_column, parameters.offset_column, parameters.cluster_column].filter((other) => other !== null);
    const chosen = chooseFeatures(table, source, parameters.feature_columns, others);
    notices.push(...chosen.notices);
    return chosen.features;
  };
  const written = fromFormula(table, parameters, target, usable) ?? fromTerms(table, parameters, target)
    ?? presetTerms(parameters.model, usable().map((column) => ({ name: column.name, categorical: column.kind === 'text', distinct: column.distinct })));
  const offset = parameters.offset_column === null ? [] : [{ kind: 'column' as const, column: findColumn(table, parameters.offset_column, 'parameters.offset_column').name }];
  const model = orderTerms({ ...written, offsets: [...written.offsets, ...offset] });
  const column = (name: string): Column => findColumn(table, name, 'parameters.terms');
  const weights = parameters.weights_column === null ? null : numeric(findColumn(table, parameters.weights_column, 'parameters.weights_column'), 'weights_column');
  if (parameters.transform !== 'none' && model.offsets.length > 0) throw conflict('transform', 'offset');
  if (isEstimated(parameters.transform) && weights !== null) throw conflict(`transform = ${parameters.transform}`, 'weights_column');
  const cluster = clusterColumn(table, parameters);
  for (const factor of model.offsets) numeric(column(factor.column), 'offset_column');
  const features = columnsOf(model).map(column);
  const contrasts = new Map(Object.entries(parameters.contrasts).map(([name, choice]) => [findColumn(table, name, 'parameters.contrasts').name, contrastOf(choice)]));
  for (const name of contrasts.keys()) {
    if (!model.terms.flat().some((factor) => factor.column === name && isCategorical(factor, column))) notices.push({ code: 'contrast_unused', severity: 'warning', where: { column: name }, values: { name } });
  }
  for (const { term, parents } of missingParents(model, (factor) => isCategorical(factor, column))) {
    notices.push({ code: 'hierarchy_incomplete', severity: 'warning', values: { name: formatTerm(term), parents: parents.map(formatTerm) } });
  }
  if (!model.intercept) notices.push({ code: 'no_intercept', severity: 'info' });
  return { target, outcome, features, weights, cluster, model, contrasts, formula: formatFormula([target.name], model), column, notices };
}

/** @throws Fault `cluster_column_needed`, `model_conflict`: the column and the covariance that reads it go together */
function clusterColumn(table: Table, { covariance, cluster_column }: LinearAnalysisParameters): Column | null {
  if (covariance === 'cluster' && cluster_column === null) throw new Fault('cluster_column_needed', 'covariance = cluster needs cluster_column', { where: { field: 'parameters.cluster_column' } });
  if (covariance !== 'cluster' && cluster_column !== null) throw conflict('cluster_column', `covariance = ${covariance}`);
  return cluster_column === null ? null : findColumn(table, cluster_column, 'parameters.cluster_column');
}

function fromFormula(table: Table, { formula }: LinearAnalysisParameters, target: Column, usable: () => Column[]): ModelTerms | undefined {
  if (formula === null) return undefined;
  const parsed = parseFormula(formula);
  const names = table.columns.map(({ name }) => name);
  const resolve = (name: string): string | undefined => {
    try {
      return findColumn(table, name, 'parameters.formula').name;
    } catch {
      return undefined; // expandFormula says where in the text
    }
  };
  const { model } = expandFormula(parsed, { columns: names, resolve, ...(hasDot(parsed.right) ? { usable: usable().map(({ name }) => name) } : {}) });
  return refuseTarget(model, target);
}

function fromTerms(table: Table, { terms }: LinearAnalysisParameters, target: Column): ModelTerms | undefined {
  if (terms === null) return undefined;
  const named = <F extends Factor>(factor: F, field: string): F => ({ ...factor, column: findColumn(table, factor.column, field).name });
  return refuseTarget({
    intercept: terms.intercept,
    terms: terms.terms.map((term, i) => term.map((factor, k) => named(factor, `parameters.terms.terms.${i}.${k}`))),
    offsets: terms.offsets.map((factor, i) => named(factor, `parameters.terms.offsets.${i}`)),
  }, target);
}

function refuseTarget(model: ModelTerms, target: Column): ModelTerms {
  if (columnsOf(model).includes(target.name)) throw new Fault('target_is_feature', `${target.name} is the target and cannot explain itself`, { where: { column: target.name }, values: { name: target.name } });
  return model;
}

function numeric(column: Column, field: string): Column {
  if (column.kind === 'number') return column;
  throw new Fault('term_not_numeric', `${column.name} is not numeric`, { where: { field: `parameters.${field}`, column: column.name }, values: { name: column.name, term: field } });
}

function hasDot(node: unknown): boolean {
  return typeof node === 'object' && node !== null && ((node as { kind?: unknown }).kind === 'dot' || Object.values(node).some(hasDot));
}

function conflict(first: string, second: string): Fault {
  return new Fault('model_conflict', `${first} and ${second} do not go together`, { where: { field: `parameters.${first}` }, values: { first, second } });
}
