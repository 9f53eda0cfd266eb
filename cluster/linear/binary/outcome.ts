import { Fault, type LinearAnalysisParameters, type Notice } from '../../../schemas/index.ts';
import type { Column } from '../../table/index.ts';

/** A target of two values, as the fit sees it. */
export interface Outcome {
  /** per row of the table: 1 the positive label, 0 the other, NaN missing */
  values: Float64Array;
  positive: string;
  negative: string;
}

/** The recorded success of a deburring run: two-valued by nature, whatever the table writes it with. */
const removed = 'バリ除去';

/**
 * Whether a target is fitted as a binary one. By itself: a text of two levels, and a two-valued バリ除去 of a deburring table;
 * other numeric columns stay numeric, because two values may be all that a measurement happened to take.
 * @param deburring the quantity of the column in a deburring table; null in any other table
 */
export function isBinaryTarget(column: Column, kind: LinearAnalysisParameters['target_kind'], deburring: string | null): boolean {
  if (kind !== 'auto') return kind === 'binary';
  if (column.kind === 'text') return column.levels.length === 2;
  return deburring === removed && column.kind === 'number' && column.distinct === 2;
}

const yes = /^(1|y|yes|t|true|ok|pass(ed)?|good|success(ful)?|positive|pos|removed|はい|有|有り|あり|良|良品|合格|成功|可|除去|○|〇|◯|s|sí|si|verdadero|bueno|aprobado|éxito)$/iu;
const no = /^(0|n|no|not?|f|false|ng|fail(ed)?|bad|failure|negative|neg|いいえ|無|無し|なし|不良|不良品|不合格|失敗|不可|残留|×|✕|falso|malo|rechazado|fracaso)$/iu;

/**
 * The target as 0 and 1.
 * @param wanted the label that counts as 1; null: the larger number, the label that says yes, else the later one in code-point order
 * @throws Fault `target_not_binary`, `target_constant` (one label only), `positive_label_unknown`
 */
export function outcomeOf(column: Column, wanted: string | null, notices: Notice[], field = 'parameters.target_column'): Outcome {
  const where = { field, column: column.name };
  const labels = column.kind === 'text' ? [...column.levels] : distinctNumbers(column).map(String);
  if (labels.length < 2) throw new Fault('target_constant', `every value of ${column.name} is the same`, { where, values: { name: column.name } });
  if (labels.length > 2 || column.kind === 'date') {
    throw new Fault('target_not_binary', `${column.name} has ${column.distinct} different values, not two`, { where, values: { name: column.name, distinct: column.distinct } });
  }
  const positive = wanted === null ? likelyPositive(column, labels, notices) : named(labels, wanted, column.name);
  const negative = labels.find((label) => label !== positive) ?? '';
  const one = column.kind === 'text' ? column.levels.indexOf(positive) : Number(positive);
  return { values: column.values.map((value) => (Number.isNaN(value) ? NaN : Number(value === one))), positive, negative };
}

/** The outcome in the place of its column, so that rows, folds and designs need not know of labels. */
export function outcomeColumn(column: Column, { values }: Outcome): Column {
  return { name: column.name, kind: 'number', values, lo: null, levels: [], missing: column.missing, distinct: 2 };
}

function likelyPositive(column: Column, labels: readonly string[], notices: Notice[]): string {
  if (column.kind !== 'text') return labels.at(-1) ?? '';
  const said = labels.filter((label) => yes.test(label.normalize('NFKC').trim()));
  const denied = labels.filter((label) => no.test(label.normalize('NFKC').trim()));
  const guess = [...labels].sort((a, b) => (a < b ? -1 : 1)).at(-1) ?? '';
  const positive = said.length === 1 ? said[0] : denied.length === 1 ? labels.find((label) => label !== denied[0]) : undefined;
  notices.push({ code: positive === undefined ? 'positive_label_guessed' : 'positive_label_chosen', severity: positive === undefined ? 'warning' : 'info', where: { column: column.name }, values: { name: column.name, label: positive ?? guess } });
  return positive ?? guess;
}

function named(labels: readonly string[], wanted: string, name: string): string {
  const fold = (text: string): string => text.normalize('NFKC').trim().toLowerCase();
  const found = labels.find((label) => label === wanted) ?? labels.find((label) => fold(label) === fold(wanted) || (wanted.trim() !== '' && Number(label) === Number(wanted)));
  if (found !== undefined) return found;
  throw new Fault('positive_label_unknown', `${name} has no value ${wanted}; it has ${labels.join(' and ')}`, { where: { field: 'parameters.positive_label', column: name }, values: { name, label: wanted, labels: [...labels] } });
}

/** At most three: more is not binary, however many. Ascending. */
function distinctNumbers(column: Column): number[] {
  const seen = new Set<number>();
  for (const value of column.values) {
    if (!Number.isNaN(value)) seen.add(value);
    if (seen.size > 2) break;
  }
  return [...seen].sort((a, b) => a - b);
}
