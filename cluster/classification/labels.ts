import { Fault, type Notice } from '../../schemas/index.ts';
import type { Column } from '../table/index.ts';

/** A target as the models see it. */
export interface Labels {
  /** per row of the table: 1 the positive label, 0 the other, NaN neither or missing */
  readonly values: Float64Array;
  readonly positive: string;
  readonly negative: string;
}

const yes = /^(1|y|yes|p|t|true|ok|pass(ed)?|good|success(ful)?|positive|pos|removed|はい|有|有り|あり|良|良品|合格|成功|可|除去|○|〇|◯|s|sí|si|verdadero|bueno|aprobado|éxito)$/iu;
const no = /^(0|n|no|not?|f|false|ng|fail(ed)?|bad|failure|negative|neg|いいえ|無|無し|なし|不良|不良品|不合格|失敗|不可|残留|×|✕|falso|malo|rechazado|fracaso)$/iu;

/** Width, case and surrounding blanks are no difference; `1.0` is `1`. */
const folded = (label: string): string => {
  const text = label.normalize('NFKC').trim().toLowerCase();
  return text !== '' && Number.isFinite(Number(text)) ? String(Number(text)) : text;
};

/**
 * Two labels out of whatever the column holds. Spellings of one word are one label; a column of nothing but words for yes and no has two labels however many words there are.
 * More labels than two: the named one against `others`, or against all others, which is told.
 * @param wanted the label that counts as 1; any word for yes finds the one that means it
 * @param others labels that count as 0; rows with a further one are left out. Empty: all others
 * @throws Fault `target_empty`, `target_constant`, `positive_label_unknown`, `negative_label_unknown`, `too_many_labels`
 */
export function labelsOf(column: Column, wanted: string, others: readonly string[], notices: Notice[]): Labels {
  const where = { field: 'parameters.target_column', column: column.name };
  const { texts, of } = spelled(column);
  if (texts.length === 0) throw new Fault('target_empty', `${column.name} has no value`, { where, values: { name: column.name } });
  const groups = new Map<string, string[]>();
  for (const text of texts) groups.set(folded(text), [...groups.get(folded(text)) ?? [], text]);
  const words = [...groups.keys()];
  if (words.length < 2) throw new Fault('target_constant', `every value of ${column.name} is the same`, { where, values: { name: column.name } });
  const { positives, negatives } = sides(column.name, words, wanted, others, notices);
  const firstOf = (chosen: readonly string[]): string => (groups.get(chosen[0] as string) as string[])[0] as string;
  const side = new Map<string, number>();
  for (const [word, own] of groups) for (const text of own) side.set(text, positives.includes(word) ? 1 : negatives.includes(word) ? 0 : NaN);
  const merged = [positives, negatives].map((chosen) => chosen.flatMap((word) => groups.get(word) as string[]));
  if (merged.some((own) => own.length > 1)) notices.push({ code: 'labels_merged', severity: words.length > 2 && negatives.length > 1 ? 'warning' : 'info', where: { column: column.name }, values: { name: column.name, positive: merged[0] as string[], negative: merged[1] as string[] } });
  const values = Float64Array.from({ length: column.values.length }, (_, row) => {
    const text = of(row);
    return text === null ? NaN : side.get(text) as number;
  });
  const left = texts.filter((text) => Number.isNaN(side.get(text)));
  if (left.length > 0) notices.push({ code: 'labels_left_out', severity: 'warning', where: { column: column.name }, values: { name: column.name, labels: left, rows: values.reduce((count, value, row) => count + Number(Number.isNaN(value) && of(row) !== null), 0) } });
  return { values, positive: firstOf(positives), negative: negatives.length === 1 ? firstOf(negatives) : merged[1]?.join(' / ') ?? '' };
}

/** Every label of a column, spellings of one word together, in the order of the file; per row its number, NaN without one. */
export function everyLabel(column: Column): { names: string[]; values: Float64Array } {
  const { texts, of } = spelled(column);
  const number = new Map<string, number>();
  const names: string[] = [];
  for (const text of texts) {
    if (number.has(folded(text))) continue;
    number.set(folded(text), names.length);
    names.push(text);
  }
  const values = Float64Array.from({ length: column.values.length }, (_, row) => {
    const text = of(row);
    return text === null || text.trim() === '' ? NaN : number.get(folded(text)) as number;
  });
  return { names, values };
}

/** Which of some labels another spelling means; −1: none. */
export function placeOf(names: readonly string[], label: string): number {
  return names.findIndex((name) => folded(name) === folded(label));
}

const mostListed = 20;

function sides(name: string, words: readonly string[], wanted: string, others: readonly string[], notices: Notice[]): { positives: string[]; negatives: string[] } {
  const named = (label: string, code: string, field: string): string => {
    const found = words.find((word) => word === folded(label));
    if (found !== undefined) return found;
    throw new Fault(code, `${name} has no value ${label}; it has ${words.slice(0, mostListed).join(', ')}`, { where: { field, column: name }, values: { name, label, labels: words.slice(0, mostListed) } });
  };
  const given = others.map((label, index) => named(label, 'negative_label_unknown', `parameters.negative_labels.${index}`));
  const exact = words.find((word) => word === folded(wanted));
  const positives = exact === undefined && yes.test(folded(wanted)) ? sayYes(name, words, notices) : [exact ?? named(wanted, 'positive_label_unknown', 'parameters.positive_label')];
  const negatives = given.length > 0 ? given.filter((word) => !positives.includes(word)) : words.filter((word) => !positives.includes(word));
  // `yes` beside `ok` and `no` is no third class
  const alike = yes.test(positives[0] as string) ? negatives.filter((word) => yes.test(word)) : [];
  if (given.length > 0 || alike.length === 0 || alike.length === negatives.length) return { positives, negatives };
  return { positives: [...positives, ...alike], negatives: negatives.filter((word) => !alike.includes(word)) };
}

/** Words that mean yes; of two labels the one that is not a no; else the later one, which is told. */
function sayYes(name: string, words: readonly string[], notices: Notice[]): string[] {
  const said = words.filter((word) => yes.test(word));
  const denied = words.filter((word) => no.test(word));
  const tell = (label: string, guessed: boolean): string[] => {
    notices.push({ code: guessed ? 'positive_label_guessed' : 'positive_label_chosen', severity: guessed ? 'warning' : 'info', where: { column: name }, values: { name, label } });
    return [label];
  };
  if (said.length > 0 && said.length + denied.length === words.length) return said.length === 1 ? tell(said[0] as string, false) : said;
  if (said.length === 1) return tell(said[0] as string, false);
  if (words.length > 2) throw new Fault('too_many_labels', `${name} has ${words.length} labels: ${words.slice(0, mostListed).join(', ')}; name the positive one`, { where: { field: 'parameters.positive_label', column: name }, values: { name, count: words.length, labels: words.slice(0, mostListed) } });
  if (denied.length === 1) return tell(words.find((word) => word !== denied[0]) as string, false);
  return tell([...words].sort().at(-1), true);
}

/** Distinct labels in the order of the file, and each row's. */
function spelled(column: Column): { texts: string[]; of: (row: number) => string | null } {
  const of = (row: number): string | null => {
    const value = column.values[row] as number;
    if (Number.isNaN(value)) return null;
    return column.kind === 'text' ? column.levels[value] ?? null : String(value);
  };
  const texts = new Set<string>();
  for (let row = 0; row < column.values.length; row++) {
    const text = of(row);
    if (text !== null && text.trim() !== '') texts.add(text);
    if (texts.size > 1000) break;
  }
  return { texts: [...texts], of };
}
