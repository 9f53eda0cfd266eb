import { doubleDouble, type DoubleDouble } from '../../kernels/index.ts';
import type { FactorValue, LinearSections } from '../../schemas/index.ts';
import type { DesignPlan, LearnedFactor, TermFactor } from './model/index.ts';

export type Term = LinearSections['model']['terms'][number];

/** The design columns as the result tells them: each with the functions of table columns that it is the product of. */
export function describeColumns(plan: DesignPlan, aliased: ReadonlySet<number>): Term[] {
  return plan.columns.map(({ name, term, parts }, position): Term => {
    const owner = plan.terms[term];
    const common = { name, of: owner?.label ?? null, aliased: aliased.has(position) };
    if (owner === undefined) return { ...common, column: null, kind: 'intercept', level: null, reference: null, factors: [] };
    const factors = owner.factors.map((factor, at) => factorValue(factor, parts[at] as number));
    const [only] = owner.factors;
    if (owner.factors.length === 1 && only !== undefined) {
      const { learned, full } = only;
      if (learned.kind === 'number' && learned.factor.kind === 'column') return { ...common, column: learned.column, kind: 'numeric', level: null, reference: null, factors };
      if (learned.kind === 'levels' && (full || learned.coding.contrast === 'treatment')) {
        return { ...common, column: learned.column, kind: 'level', level: (full ? learned.coding.levels : learned.coding.labels)[parts[0] as number] ?? null, reference: full ? null : learned.coding.reference, factors };
      }
    }
    return { ...common, column: null, kind: 'derived', level: null, reference: null, factors };
  });
}

export function offsetValues(plan: DesignPlan): FactorValue[] {
  return plan.offsets.map((learned) => factorValue({ learned, full: false }, 0));
}

function factorValue({ learned, full }: TermFactor, part: number): FactorValue {
  const { column } = learned;
  if (learned.kind === 'levels') {
    const { levels, matrix } = learned.coding;
    return { kind: 'level', column, values: levels.map((level, i) => ({ level, value: full ? Number(i === part) : matrix[i]?.[part] ?? 0 })) };
  }
  if (learned.kind === 'poly') return learned.raw ? { kind: 'number', column, function: part === 0 ? 'identity' : 'power', exponent: part + 1, center: 0, scale: 1 } : polynomial(learned, part + 1);
  const { factor } = learned;
  const shape = factor.kind === 'power' ? { function: 'power' as const, exponent: factor.exponent } : { function: factor.kind === 'function' ? factor.function : 'identity' as const, exponent: 1 };
  return { kind: 'number', column, ...shape, center: learned.mean[0], scale: learned.scale[0] };
}

/** An orthonormal polynomial multiplied out in z = (x − center) / scale, |z| ≤ 1, where its coefficients cost few digits. */
function polynomial(learned: LearnedFactor & { kind: 'poly' }, degree: number): FactorValue {
  const { add, divide, multiply, squareRoot, subtract } = doubleDouble;
  const center: DoubleDouble = [(learned.low + learned.high) / 2, 0];
  const scale: DoubleDouble = [(learned.high - learned.low) / 2 || 1, 0];
  let before: DoubleDouble[] = [];
  let current: DoubleDouble[] = [[1, 0]];
  const at = (list: readonly DoubleDouble[], k: number): DoubleDouble => list[k] ?? [0, 0];
  for (let k = 0; k < degree; k += 1) {
    const shift = subtract(center, learned.alpha[k] as DoubleDouble);
    const ratio: DoubleDouble = k === 0 ? [0, 0] : divide(learned.norm[k] as DoubleDouble, learned.norm[k - 1] as DoubleDouble);
    const next = Array.from({ length: k + 2 }, (_, j): DoubleDouble => subtract(add(multiply(scale, at(current, j - 1)), multiply(shift, at(current, j))), multiply(ratio, at(before, j))));
    before = current;
    current = next;
  }
  const size = squareRoot(learned.norm[degree] as DoubleDouble);
  return { kind: 'polynomial', column: learned.column, center: center[0], scale: scale[0], coefficients: current.map((value) => divide(value, size)[0]) };
}
