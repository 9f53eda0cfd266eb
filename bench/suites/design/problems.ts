import { designModel, modelMatrix } from '../../../cluster/design/index.ts';
import type { DesignFactor, DesignRequest, FoundDesign, Point } from '../../../cluster/design/index.ts';
import { presetTerms } from '../../../schemas/index.ts';
import type { ModelPreset, ModelTerms } from '../../../schemas/index.ts';

/** What a search found, recomputed from its rows. */
export interface Reached {
  determinant: number;
  /** |M|^(1/p) / n, n with earlier runs */
  d: number;
  traceOfInverse: number;
  /** tr(V W) */
  averageVariance: number;
  runs: number;
  terms: number;
  points: readonly Point[];
  found: FoundDesign;
}

/** A row of the table of best known designs (spec design-of-experiments.md §6.2). */
export interface Known {
  name: string;
  about: string;
  request: DesignRequest;
  starts: number;
  /** the figure that is compared */
  figure: (reached: Reached) => number;
  known: number;
  better: 'larger' | 'smaller';
  source: string;
  /** digits of the printed value decide what counts as reached; default 1e-6 */
  tolerance?: number;
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('').flatMap((a) => [a, `${a}${a}`]).sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
export const ranges = (count: number): DesignFactor[] => Array.from({ length: count }, (_, k) => ({ kind: 'continuous', name: letters[k] as string, low: -1, high: 1 }));
export const grid = (levels: readonly (readonly number[])[]): DesignFactor[] => levels.map((values, k) => ({ kind: 'discrete', name: letters[k] as string, levels: values }));
export const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

export function preset(name: ModelPreset, factors: readonly DesignFactor[]): ModelTerms {
  return presetTerms(name, factors.map((factor) => ({ name: factor.name, categorical: factor.kind === 'categorical', distinct: 'levels' in factor ? factor.levels.length : 99 })));
}

const two = [-1, 1];
const three = [-1, 0, 1];
const five = [-2, -1, 0, 1, 2];
const det = ({ determinant }: Reached): number => determinant;
const d = (reached: Reached): number => reached.d;
const apv = ({ averageVariance }: Reached): number => averageVariance;
const cubed = grid(times(3, three));

function optimal(name: string, about: string, factors: DesignFactor[], model: ModelPreset, runs: number, starts: number, known: number, source: string, more: { request?: Partial<DesignRequest>; figure?: Known['figure']; better?: Known['better']; tolerance?: number } = {}): Known {
  return {
    name, about: `${about}, n = ${runs}`, starts, known, source, figure: more.figure ?? d, better: more.better ?? 'larger',
    request: { factors, model: preset(model, factors), runs, criterion: { kind: 'D' }, ...more.request }, ...(more.tolerance !== undefined && { tolerance: more.tolerance }),
  };
}

const integer = { figure: (reached: Reached): number => Math.round(reached.determinant) };
/** D in the units −2 … 2: |X'X| grows by 2^(2 · sum of the degrees of the terms), 15 over ten terms. */
const inUnits = (reached: Reached): number => reached.d * 2 ** 3;
const saturated = (k: number, starts: number, largest: number): Known => optimal(`18-${k + 1}`, `${k} two-level factors, saturated main effects, |det X|`, grid(times(k, two)), 'main', k + 1, starts, largest, 'Orrick; Brent et al.', { figure: ({ determinant }) => Math.round(Math.sqrt(determinant)) });
/** Known to six decimals. */
const square = (n: number, kind: 'A' | 'I', known: number): Known => optimal(`${kind === 'A' ? 3 : 4}-${n}`, `3² quadratic, ${kind === 'A' ? 'tr V' : 'APV over the square'}`, grid(times(2, three)), 'quadratic', n, 300, known, 'enumerated', {
  request: { criterion: kind === 'A' ? { kind } : { kind, over: 'range' } }, figure: kind === 'A' ? ({ traceOfInverse }) => traceOfInverse : apv, better: 'smaller', tolerance: 2e-6,
});

const app: DesignFactor[] = grid([[1, 2, 3, 4, 5], [1, 2, 3, 4, 5], two, three, three, three, three]);
const categories = (names: string, levels: readonly string[]): DesignFactor[] => [...names].map((name) => ({ kind: 'categorical', name, levels }));
const mixed: DesignFactor[] = [...categories('AB', ['1', '2', '3']), ...categories('CDEF', ['1', '2'])];
const mixture = (points: readonly (readonly number[])[]): DesignRequest => {
  const names = letters.slice(0, points[0]?.length);
  const factors: DesignFactor[] = names.map((name) => ({ kind: 'mixture', name, low: 0, high: 1 }));
  return { factors, model: { ...preset('interactions', factors), intercept: false }, runs: points.length, criterion: { kind: 'D' }, candidates: Object.fromEntries(names.map((name, k) => [name, points.map((point) => point[k] as number)])) };
};
const lattice = (q: number, m: number): number[][] => (q === 1 ? [[m]] : Array.from({ length: m + 1 }, (_, a) => lattice(q - 1, m - a).map((rest) => [a, ...rest])).flat());
const shares = (q: number, m: number): number[][] => lattice(q, m).map((point) => point.map((value) => value / m));
const blocks = (count: number, size: number): Record<string, string>[] => Array.from({ length: count * size }, (_, i) => ({ block: String(Math.floor(i / size) + 1) }));
const blockFactor = (count: number): DesignFactor => ({ kind: 'categorical', name: 'block', levels: Array.from({ length: count }, (_, i) => String(i + 1)) });

const fuel: DesignFactor[] = grid([[15, 16, 17, 18], [0.02, 0.177, 0.377, 0.566, 0.921, 1.117], [10, 16, 22, 28, 34, 40, 46, 52]]);

/** D of the 18 terms that vary within plots of two, from the differences of their rows. */
function withinPlots({ points }: Reached): number {
  const factors = grid(times(5, three));
  const model = designModel(factors, preset('quadratic', factors));
  const inside = model.columns.filter(({ name }) => !['1', 'A', 'A^2'].includes(name));
  const x = modelMatrix({ ...model, columns: inside }, points);
  const q = inside.length;
  const m = new Float64Array(q * q);
  for (let i = 0; i < points.length; i += 2) {
    const half = Array.from({ length: q }, (_, j) => ((x[i * q + j] as number) - (x[(i + 1) * q + j] as number)) / 2);
    for (let a = 0; a < q; a++) for (let b = 0; b < q; b++) m[a * q + b] = (m[a * q + b] as number) + 2 * (half[a] as number) * (half[b] as number);
  }
  return Math.exp(symmetricLogDeterminant(m, q) / q) / points.length;
}

/** By plain elimination, apart from the code that searched. */
function symmetricLogDeterminant(matrix: Float64Array, q: number): number {
  let log = 0;
  for (let k = 0; k < q; k++) {
    const pivot = matrix[k * q + k] as number;
    log += Math.log(pivot);
    for (let i = k + 1; i < q; i++) for (let j = k + 1; j < q; j++) matrix[i * q + j] = (matrix[i * q + j] as number) - ((matrix[i * q + k] as number) * (matrix[k * q + j] as number)) / pivot;
  }
  return log;
}

function blocked(): Known[] {
  const treatments = [...categories('T', ['1', '2', '3', '4', '5', '6', '7']), blockFactor(7)];
  const factorial = grid(times(7, two));
  const splitPlot = grid(times(5, three));
  return [
    { name: '25', about: '7 treatments in 7 blocks of 3: pairs of treatments that meet once', starts: 100, known: 21, better: 'larger', source: 'balanced incomplete block design', request: { factors: treatments, model: preset('main', treatments), runs: 21, criterion: { kind: 'D' }, fixed: blocks(7, 3) },
      figure: ({ points }) => [0, 1, 2, 3, 4, 5, 6].reduce((sum, a) => sum + Array.from({ length: a }, (_, b) => b).filter((b) => points.filter(([t, at]) => t === a && points.some(([other, same]) => same === at && other === b)).length === 1).length, 0) },
    { name: '26', about: '2⁷ main + 2FI in 4 blocks of 8, D within blocks', starts: 300, known: 0.8049815, better: 'larger', source: 'AlgDesign vignette', tolerance: 1e-6,
      request: { factors: factorial, runs: 32, criterion: { kind: 'D' }, model: preset('interactions', factorial), blocks: { sizes: [8, 8, 8, 8] } },
      figure: ({ found }) => Math.exp(found.search.score) / 32 },
    ...(['all', 'within'] as const).map((which): Known => ({
      name: `27-${which}`, about: `split plot, 1 hard + 4 easy three-level factors, quadratic, 21 plots of 2, variance ratio 1, D ${which === 'all' ? 'over all terms' : 'within plots'}`, starts: 150, better: 'larger', source: 'Goos & Vandebroek table',
      known: which === 'all' ? 0.4814902 : 0.279146, request: { factors: splitPlot, runs: 42, criterion: { kind: 'D' }, model: preset('quadratic', splitPlot), wholePlots: { factors: ['A'], sizes: times(21, 2), varianceRatio: 1 } },
      figure: (reached) => (which === 'all' ? reached.d : withinPlots(reached)),
    })),
  ];
}

export const knownDesigns: readonly Known[] = [
  optimal('1', '2 continuous, quadratic, |X′X|', ranges(2), 'quadratic', 6, 300, 267.7372192, 'exact', { figure: det }),
  ...([[7, 980.7591], [8, 2361.7289], [9, 5184], [10, 9460.338], [11, 17118.62], [12, 30660.87]] as const).map(([n, value]) => optimal(`1b-${n}`, '2 continuous, quadratic, |X′X|', ranges(2), 'quadratic', n, 1000, value, 'best known', { figure: det })),
  ...([[6, 256], [7, 960], [8, 2304], [9, 5184], [10, 9360], [11, 16896], [12, 30320]] as const).map(([n, value]) => optimal(`2-${n}`, '3² quadratic, |X′X|', grid(times(2, three)), 'quadratic', n, 200, value, 'enumerated', integer)),
  ...([[6, 5], [7, 3.25], [8, 2.625], [9, 2.138889], [10, 1.797619], [11, 1.635965], [12, 1.527132]] as const).map(([n, value]) => square(n, 'A', value)),
  ...([[6, 0.966667], [7, 0.665556], [8, 0.521795], [9, 0.438889], [10, 0.365873], [11, 0.326023], [12, 0.302778]] as const).map(([n, value]) => square(n, 'I', value)),
  { name: '5', about: '3², x1 + x2 + x1² + x2², APV, n = 8', starts: 300, known: 0.46388889, better: 'smaller', source: 'exact; skpr issue 37', figure: apv,
    request: { factors: grid(times(2, three)), runs: 8, criterion: { kind: 'I', over: 'range' }, model: { intercept: true, offsets: [], terms: preset('quadratic', grid(times(2, three))).terms.filter((term) => term.length === 1) } } },
  ...([[10, 1_327_104], [11, 8_388_608], [12, 20_971_520]] as const).map(([n, value]) => optimal(`6-${n}`, '3³ quadratic, distinct, |X′X|', cubed, 'quadratic', n, 500, value, 'enumerated', { ...integer, request: { replicates: 'distinct' } })),
  ...([[13, 59_609_088], [14, 131_072_000], [15, 241_920_000], [16, 449_906_688]] as const).map(([n, value]) => optimal(`7-${n}`, '3³ quadratic, |X′X|', cubed, 'quadratic', n, 500, value, 'best known', integer)),
  ...([[18, 1_527_070_720], [19, 2_781_624_320], [20, 4_735_906_560]] as const).map(([n, value]) => optimal(`8-${n}`, '3³ quadratic, |X′X|', cubed, 'quadratic', n, 1000, value, 'best known', integer)),
  optimal('9', '5³ grid −2 … 2, quadratic, D in those units', grid(times(3, five)), 'quadratic', 15, 300, 3.6759188, 'AlgDesign vignette', { figure: inUnits }),
  optimal('10', '5³ grid, I over the grid', grid(times(3, five)), 'quadratic', 15, 300, 7.9270833, 'best known', { request: { criterion: { kind: 'I' } }, figure: ({ averageVariance, runs }) => runs * averageVariance, better: 'smaller' }),
  optimal('11', '5³ grid after 3 runs off it, D in those units', grid(times(3, five)), 'quadratic', 12, 1000, 3.4180526, 'best known; vignette 3.40889', { figure: inUnits, request: { history: [[0.5, -0.05, 1.5], [-0.5, 0.5, -0.5], [-1, -1, 0.5]].map(([A, B, C]) => ({ A: A as number, B: B as number, C: C as number })) } }),
  ...([[15, 0.4250473], [16, 0.4338658], [18, 0.4548899], [20, 0.4656087], [24, 0.4724155], [25, 0.4774960]] as const).map(([n, value]) => optimal(`12-${n}`, '3⁴ quadratic', grid(times(4, three)), 'quadratic', n, 1000, value, 'best known')),
  ...([[21, 0.4589591], [22, 0.4715059], [26, 0.4824686], [27, 0.4835073], [30, 0.4866320]] as const).map(([n, value]) => optimal(`13-${n}`, '3⁵ quadratic', grid(times(5, three)), 'quadratic', n, 2000, value, 'best known')),
  ...([[29, 0.8562652], [32, 0.8867999], [34, 0.9223281], [40, 0.9534110]] as const).map(([n, value]) => optimal(n === 32 || n === 34 ? `14-${n}` : `15-${n}`, '2⁷ main + 2FI', grid(times(7, two)), 'interactions', n, 3000, value, 'AlgDesign vignette, best known')),
  optimal('16', 'SAS fuel example 4 × 6 × 8, quadratic', fuel, 'quadratic', 50, 20_000, 0.465246, 'SAS OPTEX'),
  optimal('17', '11 two-level, main effects', grid(times(11, two)), 'main', 12, 200, 1, 'exact'),
  ...([[2, 200, 4], [4, 200, 48], [5, 200, 160], [6, 200, 576], [8, 200, 14_336], [9, 200, 73_728], [10, 200, 327_680], [11, 200, 2_985_984], [12, 200, 14_929_920], [13, 200, 77_635_584], [14, 5000, 418_037_760], [18, 20_000, 894_426_939_392]] as const).map(([k, starts, value]) => saturated(k, starts, value)),
  ...([[15, 0.9781376], [50, 0.9977183]] as const).map(([n, value]) => optimal(`19-${n}`, '7 two-level, main effects', grid(times(7, two)), 'main', n, 500, value, 'best known')),
  // contr.sum of AlgDesign: each three-level factor's two columns have a third of the determinant of ours, in 14 of the 35 columns
  optimal('20', '3²·2⁴ categories, main + 2FI, sum contrasts', mixed, 'interactions', 40, 3000, 0.5791418, 'best known; vignette 0.5782264', { figure: (reached) => reached.d * 3 ** (-14 / 35) }),
  { name: '21', about: 'mixture of 5, Scheffé quadratic, {5,2} lattice, n = 15', starts: 20, known: 0.0104993421, better: 'larger', source: 'exact', figure: d, request: mixture(shares(5, 2)) },
  { name: '22', about: 'mixture of 3, levels 0, ⅓, ⅔, 1, Scheffé quadratic, n = 8', starts: 100, known: 0.03623366, better: 'larger', source: 'AlgDesign vignette', figure: d, request: { ...mixture(shares(3, 3)), runs: 8 } },
  ...blocked(),
  ...([[100, 0.5505457, 100], [80, 0.5121781, 60], [70, 0.4722321, 60]] as const).map(([n, value, starts]) => optimal(`28-${n}`, '10 continuous, quadratic', ranges(10), 'quadratic', n, starts, value, 'best known')),
  optimal('28-I', '10 continuous, quadratic, APV', ranges(10), 'quadratic', 100, 30, 0.262655, 'best known', { request: { criterion: { kind: 'I' } }, figure: apv, better: 'smaller' }),
  ...([[50, 0.5470352], [40, 0.5143404]] as const).map(([n, value]) => optimal(`29-${n}`, '7 factors 5·5·2·3·3·3·3, quadratic', app, 'quadratic', n, 1000, value, 'best known')),
  optimal('29-I', '7 factors 5·5·2·3·3·3·3, quadratic, I over the candidates', app, 'quadratic', 50, 300, 32.9035, 'best known', { request: { criterion: { kind: 'I' } }, figure: ({ averageVariance, runs }) => runs * averageVariance, better: 'smaller' }),
  optimal('30', 'eight five-level categories, main effects', categories('ABCDEFGH', ['1', '2', '3', '4', '5']), 'main', 400, 20, 0.9994, 'best known; skpr 0.999498 in 1,676 s'),
  ...([[6, 0.765934], [7, 0.573638], [8, 0.488916], [9, 0.426478]] as const).map(([n, value]) => optimal(`31-${n}`, '2 continuous, quadratic, APV', ranges(2), 'quadratic', n, 1000, value, 'best known', { request: { criterion: { kind: 'I' } }, figure: apv, better: 'smaller' })),
];
