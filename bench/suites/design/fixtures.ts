import { approximateDesign, approximateVariance, boxBehnken, centralComposite, coefficientReports, designModel, efficiencies, regionMoments, regionOf, solveDesign, subsetEfficiency, twoLevelBound } from '../../../cluster/design/index.ts';
import type { DesignFactor, Point, Solved } from '../../../cluster/design/index.ts';
import type { ModelPreset } from '../../../schemas/index.ts';
import { grid, preset, ranges, times } from './problems.ts';

/** A figure without a search: evaluation of given rows, or a bound (spec §6.2 rows 18, 23, 24 and §6.3). */
export interface Fixture {
  name: string;
  about: string;
  value: () => number;
  known: number;
  /** half a unit of the last digit that is printed */
  tolerance: number;
  source: string;
  /** nothing is searched for: what is known beside the bound that no design passes */
  isBound?: boolean;
}

const solve = (factors: DesignFactor[], points: readonly Point[], model: ModelPreset = 'quadratic'): Solved => solveDesign(designModel(factors, preset(model, factors)), points);
const d = (factors: DesignFactor[], points: readonly Point[], model?: ModelPreset): number => efficiencies(solve(factors, points, model)).d;
const fixture = (name: string, about: string, value: () => number, known: number, tolerance: number, source = 'exact'): Fixture => ({ name, about, value, known, tolerance, source });

function combinations(levels: readonly number[], k: number): Point[] {
  return Array.from({ length: levels.length ** k }, (_, j) => Array.from({ length: k }, (_v, f) => levels[Math.floor(j / levels.length ** f) % levels.length] as number));
}

const array44 = [187, 18, 37, 0, 248, 188, 138, 157, 242, 222, 106, 241, 31, 48, 97, 78, 239, 204, 118, 20, 201, 41, 144, 228, 115, 77, 17, 71, 80, 133, 24, 194, 163, 183, 91, 168, 213, 38, 11, 147, 134, 44, 125, 62]
  .map((bits) => Array.from({ length: 8 }, (_, k) => ((bits >> (7 - k)) & 1 ? 1 : -1)));
const eight = grid(times(8, [-1, 1]));
const rotatable = (name: string) => (): number => coefficientReports(solve(ranges(2), centralComposite(2, { centres: 1 })), { effects: { '1': 2, 'A^2': 2, 'B^2': 2 } }).find((report) => report.name === name)?.power ?? Number.NaN;

/** Mean of a column over the square under a constraint. */
const moment = (weights: Record<string, number>, column: string) => (): number => {
  const factors = ranges(2);
  const model = designModel(factors, preset('quadratic', factors));
  return regionMoments(model, regionOf(factors, [{ weights, limit: 0 }]))[model.columns.findIndex(({ name }) => name === column)] as number;
};

function leastVariance(): number {
  const factors = grid(times(3, [-1, -0.5, 0, 0.5, 1]));
  const model = designModel(factors, preset('quadratic', factors));
  return approximateVariance(model, combinations([-1, -0.5, 0, 0.5, 1], 3), regionMoments(model, regionOf(factors)))?.variance ?? Number.NaN;
}

export const fixtures: readonly Fixture[] = [
  ...([[2, 0.4542801, 0.4622408], [3, 0.4630447, 0.4471631], [4, 0.4574478, 0.4452325], [5, 0.4558409, 0.4483648]] as const).flatMap(([k, none, one]) => [
    fixture(`ccd-${k}-0`, `face-centred composite of ${k}, no centre, D`, () => d(ranges(k), centralComposite(k, { axial: 1, centres: 0 })), none, 5e-8),
    fixture(`ccd-${k}-1`, `face-centred composite of ${k}, one centre, D`, () => d(ranges(k), centralComposite(k, { axial: 1, centres: 1 })), one, 5e-8),
  ]),
  ...([[3, 1, 0.3788137], [3, 3, 0.3664290], [4, 1, 0.2531033], [4, 3, 0.2521634]] as const).map(([k, centres, known]) => fixture(`bbd-${k}-${centres}`, `Box–Behnken of ${k}, ${centres} centres, D`, () => d(ranges(k), boxBehnken(k, { centres })), known, 5e-8)),
  fixture('oa44-D', '44 runs of 2⁸, main + 2FI, D', () => d(eight, array44, 'interactions'), 0.8879176205539, 5e-14, 'OApackage'),
  fixture('oa44-E', 'the same, E', () => efficiencies(solve(eight, array44, 'interactions')).e, 0.3602369388407, 5e-14, 'OApackage'),
  fixture('oa44-A', 'the same, A', () => efficiencies(solve(eight, array44, 'interactions')).a, 1.26481995072, 5e-12, 'OApackage'),
  fixture('oa44-Ds', 'the same, D_s of main effects', () => {
    const solved = solve(eight, array44, 'interactions');
    return subsetEfficiency(solved, solved.model.columns.flatMap(({ parts }, j) => (parts.length === 1 ? [j] : [])));
  }, 0.8058954593582, 5e-14, 'OApackage'),
  fixture('oa44-D1', 'the same, D of main effects', () => d(eight, array44, 'main'), 0.9936928808878, 5e-14, 'OApackage'),
  ...([['1', 0.288752], ['A', 0.490027], ['B', 0.490027], ['A:B', 0.288752], ['A^2', 0.631457], ['B^2', 0.631457]] as const).map(([name, known]) => fixture(`power-${name}`, `power of ${name}, rotatable composite of 2`, rotatable(name), known, 5e-7, 'dexpy')),
  ...([['A', -1 / 6], ['B', -11 / 24], ['A^2', 1 / 3], ['B^2', 1 / 3], ['A:B', 0]] as const).map(([name, known]) => fixture(`region-${name}`, `E ${name} where A + 2B ≤ 0`, moment({ A: 1, B: 2 }, name), known, 1e-14)),
  ...([['A', -1 / 3], ['B', -1 / 3], ['A^2', 1 / 3], ['B^2', 1 / 3], ['A:B', 0]] as const).map(([name, known]) => fixture(`half-${name}`, `E ${name} where A + B ≤ 0`, moment({ A: 1, B: 1 }, name), known, 1e-14)),
  ...[0.5291337, 0.4745938, 0.4744782, 0.4885696, 0.5068587].map((known, at) => fixture(`23-${at + 1}`, `approximate D*, quadratic on the cube of ${at + 1}`, () => approximateDesign(designModel(ranges(at + 1), preset('quadratic', ranges(at + 1))), combinations([-1, 0, 1], at + 1))?.d ?? Number.NaN, known, 5e-8, 'AlgDesign agrees')),
  fixture('24', 'approximate I over 5³, quadratic', leastVariance, 7.5666667, 5e-6, 'AlgDesign vignette'),
  // |det| = 2³⁹ · 3³⁶ is what is known to exist; Barba's bound lies above it
  { ...fixture('18-37', '36 two-level factors in 37 runs: largest |det| known, as a share of the bound', () => Math.exp(2 * (39 * Math.LN2 + 36 * Math.log(3)) / 37) / 37 / twoLevelBound(37, 37).d, 0.9975, 0.0025, 'Brent et al.'), isBound: true },
];
