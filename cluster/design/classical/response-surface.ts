import { Fault } from '../../../schemas/index.ts';
import { fractionalFactorial, fullFactorial } from './factorial.ts';

export interface CompositeOptions {
  /** distance of the axial runs: 1, fourth root of the cube's runs, the value that makes squares uncorrelated, or a number. Default rotatable */
  axial?: 'face' | 'rotatable' | 'orthogonal' | number;
  /** centre runs; default 1 */
  centres?: number;
  /** fraction of the cube by generators, e.g. ["E=ABCD"]; default the full cube */
  generators?: readonly string[];
  /** shrinks the design so that the axial runs lie on −1 and 1 */
  inscribed?: boolean;
}

/** Central composite design (Box & Wilson 1951): cube, axial runs, centres, coded. */
export function centralComposite(k: number, { axial = 'rotatable', centres = 1, generators = [], inscribed = false }: CompositeOptions = {}): number[][] {
  const cube = generators.length > 0 ? fractionalFactorial(k, generators).rows : fullFactorial(Array.from({ length: k }, () => 2)).map((row) => row.map((level) => 2 * level - 1));
  const runs = cube.length + 2 * k + centres;
  const alpha = axial === 'face' ? 1
    : axial === 'rotatable' ? cube.length ** 0.25
      : axial === 'orthogonal' ? Math.sqrt((Math.sqrt(cube.length * runs) - cube.length) / 2) : axial;
  if (!(alpha > 0)) throw new Fault('design_axial', `an axial distance of ${alpha}`, { where: { field: 'axial' }, values: { axial: alpha } });
  const star = Array.from({ length: 2 * k }, (_, i) => Array.from({ length: k }, (_v, j) => (j === i >> 1 ? (i % 2 ? alpha : -alpha) : 0)));
  const rows = [...cube, ...star, ...Array.from({ length: centres }, () => new Array<number>(k).fill(0))];
  return inscribed && alpha > 1 ? rows.map((row) => row.map((value) => value / alpha)) : rows;
}

/** Factors that vary together in each group of runs: all pairs up to 5 factors, then the triples of Box & Behnken 1960; 9: the lines of the affine plane. */
const triples: Readonly<Record<number, readonly string[]>> = {
  6: ['124', '235', '346', '145', '256', '136'],
  7: ['456', '167', '257', '124', '347', '135', '236'],
  9: ['123', '456', '789', '147', '258', '369', '159', '267', '348', '168', '249', '357'],
};

/** Box–Behnken design for 3 – 7 and 9 factors, coded −1, 0, 1. Throws design_no_construction. */
export function boxBehnken(k: number, { centres = 3 } = {}): number[][] {
  const groups = k >= 3 && k <= 5
    ? Array.from({ length: k }, (_, a) => Array.from({ length: k - 1 - a }, (_v, b) => [a, a + 1 + b])).flat()
    : triples[k]?.map((group) => [...group].map((digit) => Number(digit) - 1));
  if (groups === undefined) throw new Fault('design_no_construction', `no Box–Behnken design of ${k} factors`, { where: { field: 'factors' }, values: { kind: 'Box-Behnken', size: k } });
  const rows = groups.flatMap((group) => fullFactorial(group.map(() => 2)).map((levels) => {
    const row = new Array<number>(k).fill(0);
    group.forEach((factor, at) => {
      row[factor] = 2 * (levels[at] as number) - 1;
    });
    return row;
  }));
  return [...rows, ...Array.from({ length: centres }, () => new Array<number>(k).fill(0))];
}
