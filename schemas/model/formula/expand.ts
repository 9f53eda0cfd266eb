import { Fault } from '../../fault.ts';
import { nearestName } from '../../jobs/nearest.ts';
import { factorKey, orderTerms, termKey, tidyTerm, type Factor, type ModelTerms, type Term } from '../terms.ts';
import type { Formula, FormulaNode } from './parse.ts';
import { formulaFault } from './tokens.ts';

export interface FormulaTable {
  /** names of the table's columns */
  columns: readonly string[];
  /** what `.` stands for, before the targets of the formula are taken out; default: all columns */
  usable?: readonly string[];
  /** the column that a name means; default: equal, or equal after NFKC */
  resolve?: (name: string) => string | undefined;
}

/** More terms than this is a slip: (a+…)^12, `.`^6. */
const mostTerms = 5000;

export interface ExpandedFormula {
  targets: string[];
  model: ModelTerms;
}

/** Looks the names up and multiplies the formula out. @throws Fault `formula_unknown_column(_nearest)`, `formula_too_many_terms`, `formula_target_is_term` */
export function expandFormula(formula: Formula, table: FormulaTable): ExpandedFormula {
  const resolved = new Map([...formula.places].map(([name, at]) => [name, lookUp(name, at, table)]));
  const rename = (name: string): string => resolved.get(name) ?? name;
  const targets = [...new Set(formula.targets.map(rename))];
  const dot = (table.usable ?? table.columns).filter((name) => !targets.includes(name));
  const sum = new TermSum(rename, dot);
  sum.addExpression(formula.right);
  const model = sum.model();
  for (const factor of [...model.terms.flat(), ...model.offsets]) {
    if (targets.includes(factor.column)) throw formulaFault('formula_target_is_term', `${factor.column} is a target and cannot explain itself`, placeOf(formula, factor.column, rename), { name: factor.column });
  }
  return { targets, model };
}

function placeOf(formula: Formula, column: string, rename: (name: string) => string): number {
  return [...formula.places].find(([name]) => rename(name) === column)?.[1] ?? 1;
}

function lookUp(name: string, at: number, { columns, resolve }: FormulaTable): string {
  const column = resolve?.(name) ?? columns.find((candidate) => candidate === name) ?? columns.find((candidate) => candidate.normalize('NFKC') === name.normalize('NFKC'));
  if (column !== undefined) return column;
  const nearest = nearestName(name, columns);
  throw new Fault(nearest === undefined ? 'formula_unknown_column' : 'formula_unknown_column_nearest', `character ${at}: no column ${name}${nearest === undefined ? '' : `; did you mean ${nearest}?`}`,
    { where: { field: 'parameters.formula', column: name }, values: { name, position: at, nearest: nearest ?? '', columns: columns.slice(0, 50) } });
}

/** A set of terms in order of appearance; the empty term is the intercept. */
class TermSum {
  readonly #rename: (name: string) => string;
  readonly #dot: readonly string[];
  readonly #terms = new Map<string, Term>([['', []]]);
  readonly #offsets = new Map<string, Factor>();

  constructor(rename: (name: string) => string, dot: readonly string[]) {
    this.#rename = rename;
    this.#dot = dot;
  }

  model(): ModelTerms {
    const terms = [...this.#terms.values()].filter((term) => term.length > 0);
    return orderTerms({ intercept: this.#terms.has(''), terms, offsets: [...this.#offsets.values()] });
  }

  /** + and − of the outermost level, where 0, 1 and offset() have a meaning. */
  addExpression(node: FormulaNode): void {
    if (node.kind === 'binary' && (node.operator === '+' || node.operator === '-')) {
      this.addExpression(node.left);
      if (node.operator === '+') this.addExpression(node.right);
      else this.#remove(node.right);
    } else if (node.kind === 'number' && node.value === 0) this.#terms.delete('');
    else if (node.kind === 'offset') this.#offsets.set(factorKey(this.#named(node.factor)), this.#named(node.factor));
    else for (const term of this.#expand(node)) this.#terms.set(termKey(term), term);
  }

  #remove(node: FormulaNode): void {
    if (node.kind === 'number' && node.value === 0) this.#terms.set('', []);
    else for (const term of this.#expand(node)) this.#terms.delete(termKey(term));
  }

  #expand(node: FormulaNode): Term[] {
    switch (node.kind) {
      case 'column': return [[{ kind: 'column', column: this.#rename(node.name) }]];
      case 'dot': return this.#dot.map((column) => [{ kind: 'column', column }]);
      case 'number': return node.value === 1 ? [[]] : [];
      case 'term': return [tidyTerm(node.factors.map((factor) => this.#named(factor)))];
      case 'offset': throw formulaFault('formula_offset', 'offset() stands in the sum of terms, not inside a product', node.at);
      case 'power': {
        const base = this.#expand(node.base);
        let result = base;
        for (let k = 1, before = 0; k < node.exponent && result.length > before; k += 1) {
          before = result.length;
          result = distinct([...result, ...products(result, base, node.at)], node.at);
        }
        return result;
      }
      case 'binary': return this.#combine(node);
    }
  }

  #combine({ operator, left, right, at }: Extract<FormulaNode, { kind: 'binary' }>): Term[] {
    const a = this.#expand(left);
    const b = this.#expand(right);
    switch (operator) {
      case '+': return distinct([...a, ...b], at);
      case '-': {
        const out = new Set(b.map(termKey));
        return a.filter((term) => !out.has(termKey(term)));
      }
      case ':': case 'in': return products(a, b, at);
      case '*': return distinct([...a, ...b, ...products(a, b, at)], at);
      // a/b: b within every combination of a's terms
      case '/': return distinct([...a, ...products([tidyTerm(a.flat())], b, at)], at);
    }
  }

  #named<F extends Factor>(factor: F): F {
    return { ...factor, column: this.#rename(factor.column) };
  }
}

function products(a: readonly Term[], b: readonly Term[], at: number): Term[] {
  if (a.length * b.length > mostTerms * 10) throw tooMany(at);
  return distinct(a.flatMap((left) => b.map((right) => tidyTerm([...left, ...right]))), at);
}

function distinct(terms: readonly Term[], at: number): Term[] {
  const kept = new Map<string, Term>();
  for (const term of terms) if (!kept.has(termKey(term))) kept.set(termKey(term), term);
  if (kept.size > mostTerms) throw tooMany(at);
  return [...kept.values()];
}

function tooMany(at: number): Fault {
  return formulaFault('formula_too_many_terms', `the formula multiplies out to more than ${mostTerms} terms`, at, { limit: mostTerms });
}
