import { expandFormula, Fault, nearestName, parseFormula, termKey } from '../../schemas/index.ts';
import type { Column } from '../table/index.ts';
import type { DesignPlan } from './model/index.ts';

/** Positions of the terms that texts name: a label of the result, a column (its main effect), or a term as in a formula. @throws Fault `term_not_in_model` */
export function termsNamed(texts: readonly string[], plan: DesignPlan, column: (name: string) => Column, field: string): number[] {
  return texts.flatMap((text, index) => {
    const found = byLabel(text, plan, column) ?? byFormula(text, plan, column);
    if (found !== undefined && found.length > 0) return found;
    const labels = plan.terms.map(({ label }) => label);
    throw new Fault('term_not_in_model', `${text} is not a term of the model: ${labels.join(', ')}`, { where: { field: `${field}.${index}` }, values: { name: text, nearest: nearestName(text, labels) ?? '', terms: labels.slice(0, 50) } });
  });
}

function byLabel(text: string, plan: DesignPlan, column: (name: string) => Column): number[] | undefined {
  const name = nameOf(text, column);
  const at = plan.terms.findIndex(({ label, term }) => label === text || (name !== undefined && term.length === 1 && ['column', 'categorical'].includes(term[0]?.kind ?? '') && term[0]?.column === name));
  return at < 0 ? undefined : [at];
}

function byFormula(text: string, plan: DesignPlan, column: (name: string) => Column): number[] | undefined {
  try {
    const { model } = expandFormula(parseFormula(`~ ${text}`), { columns: [], resolve: (name) => nameOf(name, column) });
    const found = model.terms.map((term) => plan.terms.findIndex((other) => termKey(other.term) === termKey(term)));
    return found.includes(-1) ? undefined : found;
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

function nameOf(text: string, column: (name: string) => Column): string | undefined {
  try {
    return column(text).name;
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}
