import { Fault, nearestName, type Notice } from '../../schemas/index.ts';
import { canonicalName, canonicalNamesIn, type Column, type Table } from '../table/index.ts';

/** A text column with more levels than this is taken for a name or a comment, not for a factor. */
const mostLevels = 50;
/** A column chosen automatically is left out when more of its values are missing than this share (the original's threshold). */
const mostMissing = 0.5;

/** Factors of a deburring table, by canonical name: the settings of a run. Everything else in such a table was measured after it. */
const deburringFactors = ['A13', 'A11', 'A21', 'A32', '直径', '材料', '線材長', '線材本数', '回転速度', '送り速度', 'UPカット', '切込量', '突出量', '載せ率', 'パス数'];
/** A table with so many of them is a deburring table. */
const recognisedFrom = 5;
/** Measured anew before each run: when it alone differs, the same run was entered twice (spec backend.md D56). */
const wireLength = '線材長';

/** The columns of a deburring table that hold its factors; undefined when the table is of another kind. */
export function deburringColumns(table: Table): Column[] | undefined {
  const quantity = quantityIn(table);
  const factors = table.columns.filter((column) => deburringFactors.includes(quantity(column.name)));
  return factors.length >= recognisedFrom ? factors : undefined;
}

/** Columns in which two entries of one run may differ. */
export function remeasuredColumns(table: Table): string[] {
  const quantity = quantityIn(table);
  return deburringColumns(table) === undefined ? [] : table.columns.filter((column) => quantity(column.name) === wireLength).map((column) => column.name);
}

/** The canonical quantity of each column name. */
export function quantityIn(table: Table): (name: string) => string {
  return canonicalNamesIn(table.columns.map((column) => column.name));
}

export interface ChosenFeatures {
  features: Column[];
  notices: Notice[];
}

/**
 * Checks the features against the file. With none named, takes every usable column; in a deburring table only the process
 * factors, because the other columns are responses of the same run and would leak the answer.
 * @param others names of columns that have another part in the run: never taken unless named
 * @throws Fault `column_not_found`, `target_is_feature`, `duplicate_feature`, `feature_empty`, `too_many_levels`, `no_features`
 */
export function chooseFeatures(table: Table, target: Column, names: readonly string[], others: readonly string[] = []): ChosenFeatures {
  const notices: Notice[] = [];
  const taken = new Set(others.map((name) => resolveColumn(table, name)));
  const features = names.length > 0 ? named(table, names, target) : automatic(table, taken.add(target), notices);
  if (features.length === 0) throw new Fault('no_features', 'the file has no column that could explain the target', { where: { field: 'parameters.feature_columns' } });
  return { features, notices };
}

/** The column that a name means: equal, equal after NFKC, or another name of the same quantity. @throws Fault `column_not_found(_nearest)` */
export function findColumn(table: Table, name: string, field: string): Column {
  const column = resolveColumn(table, name);
  if (column !== undefined) return column;
  const names = table.columns.map((candidate) => candidate.name);
  const nearest = nearestName(name, names);
  throw new Fault(nearest === undefined ? 'column_not_found' : 'column_not_found_nearest',
    `the file has no column ${name}${nearest === undefined ? '' : `; did you mean ${nearest}?`} Columns: ${names.slice(0, 50).join(', ')}`,
    { where: { field, column: name }, values: { name, nearest: nearest ?? '', columns: names.slice(0, 50) } });
}

export function resolveColumn(table: Table, name: string): Column | undefined {
  return table.columns.find((candidate) => candidate.name === name)
    ?? table.columns.find((candidate) => candidate.name.normalize('NFKC') === name.normalize('NFKC'))
    ?? table.columns.find((candidate) => canonicalName(candidate.name) === canonicalName(name));
}

function named(table: Table, names: readonly string[], target: Column): Column[] {
  const chosen: Column[] = [];
  names.forEach((name, index) => {
    const field = `parameters.feature_columns.${index}`;
    const column = findColumn(table, name, field);
    const where = { field, column: column.name };
    if (column === target) throw new Fault('target_is_feature', `${column.name} is the target and cannot explain itself`, { where, values: { name: column.name } });
    if (chosen.includes(column)) throw new Fault('duplicate_feature', `${column.name} is named twice`, { where, values: { name: column.name } });
    if (column.kind === 'empty' || column.missing === column.values.length) throw new Fault('feature_empty', `${column.name} has no value`, { where, values: { name: column.name } });
    if (column.kind === 'text' && column.levels.length > mostLevels) {
      throw new Fault('too_many_levels', `${column.name} has ${column.levels.length} different texts; at most ${mostLevels} can be levels of a factor`, { where, values: { name: column.name, levels: column.levels.length, limit: mostLevels } });
    }
    chosen.push(column);
  });
  return chosen;
}

function automatic(table: Table, taken: ReadonlySet<Column | undefined>, notices: Notice[]): Column[] {
  const factors = deburringColumns(table);
  const deburring = factors !== undefined;
  const leave = (column: Column, code: string, values: Record<string, string | number> = {}): false => {
    notices.push({ code, severity: 'info', where: { column: column.name }, values: { name: column.name, ...values } });
    return false;
  };
  const candidates = (factors ?? table.columns).filter((column) => !taken.has(column));
  if (deburring) notices.push({ code: 'deburring_factors_used', severity: 'info', values: { columns: candidates.map((column) => column.name) } });
  return candidates.filter((column) => {
    if (column.kind === 'empty' || column.missing === column.values.length) return leave(column, 'left_out_empty');
    if (column.missing > column.values.length * mostMissing) return leave(column, 'left_out_missing', { missing: column.missing });
    if (column.distinct < 2) return leave(column, 'left_out_constant');
    if (column.kind === 'date') return leave(column, 'left_out_date');
    if (column.kind === 'text' && (column.levels.length > mostLevels || column.levels.length > column.values.length / 2)) return leave(column, 'left_out_levels', { levels: column.levels.length });
    if (!deburring && isIdentifier(column)) return leave(column, 'left_out_id');
    return true;
  });
}

const identifierNames = /^(id|no\.?|nr\.?|#|index|idx|row|番号|連番|行番号|nº|número)$/i;

/** A numbered column: called so, and no value twice. */
function isIdentifier(column: Column): boolean {
  return column.kind === 'number' && identifierNames.test(column.name.trim()) && column.distinct === column.values.length - column.missing;
}
