import type { LinearView } from '../../schemas/index.ts';

/** `prediction_formulas.json`: the original's fields; numbers in full, so that the formula gives the fitted values exactly. */
export function predictionFormulas(result: LinearView): Record<string, unknown> {
  const slopes = result.coefficients.filter(({ term }) => kindOf(result, term) !== 'intercept');
  return {
    [result.target]: {
      model_type: 'LinearRegression',
      target_name: result.target,
      feature_names: result.features,
      formula_string: `${result.response.label} = ${result.model.equation}`,
      intercept: interceptOf(result),
      coefficients: Object.fromEntries(slopes.map(({ term, estimate }) => [term, estimate])),
      terms: result.model.terms,
    },
  };
}

/** The same for people: one term per line, level terms explained. */
export function readableFormulas(result: LinearView): string {
  const lines = [`【${result.target}】`, 'LinearRegression', '', `${result.response.label} =`];
  const intercept = interceptOf(result);
  if (intercept !== null) lines.push(`    ${intercept}`);
  for (const { term, estimate } of result.coefficients) {
    if (kindOf(result, term) === 'intercept' || estimate === null) continue;
    lines.push(`  ${estimate < 0 ? '-' : '+'} ${Math.abs(estimate)} × ${term}`);
  }
  const levels = result.model.terms.filter(({ kind }) => kind === 'level');
  if (levels.length > 0) lines.push('', ...levels.map(({ name, column, level, reference }) => `${name} = 1 (${column} = ${level}), 0 (≠)    [0 = ${reference}]`));
  return `${lines.join('\n')}\n`;
}

/** `preprocessing_params.json`: what was done to the table before the fit. Nothing is scaled, filled in or transformed. */
export function preprocessingParameters(result: LinearView): Record<string, unknown> {
  const encoded = new Map<string, { reference: string | null; levels: (string | null)[] }>();
  for (const { kind, column, level, reference } of result.model.terms) {
    if (kind !== 'level' || column === null) continue;
    const entry = encoded.get(column) ?? { reference, levels: [reference] };
    entry.levels.push(level);
    encoded.set(column, entry);
  }
  return {
    missing_value_treatment: 'drop_rows',
    rows_dropped: result.dataset.rows_missing,
    onehot_encoding: Object.fromEntries(encoded),
    feature_selection: { method: 'none', selected_features: result.features, feature_scores: {}, representative_target: result.target, mandatory_features: [] },
    scaling_method: 'none',
    transformation_info: result.response.transform === 'none' ? {} : { [result.target]: { method: result.response.transform, lambda: result.response.lambda, smearing: result.response.smearing } },
  };
}

function kindOf(result: LinearView, term: string): string | undefined {
  return result.model.terms.find(({ name }) => name === term)?.kind;
}

function interceptOf(result: LinearView): number | null {
  return result.coefficients.find(({ term }) => kindOf(result, term) === 'intercept')?.estimate ?? null;
}
