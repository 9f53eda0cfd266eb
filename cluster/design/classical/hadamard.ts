import { Fault } from '../../../schemas/index.ts';
import { fieldOf } from './field.ts';
import type { Field } from './field.ts';

type Matrix = number[][];

/**
 * Hadamard matrix of order n, first column all ones: Sylvester's doubling and Paley's two constructions (q prime or its square).
 * Covers every multiple of 4 below 92. Throws design_no_construction.
 */
export function hadamardMatrix(n: number): Matrix {
  const found = construct(n);
  if (found === undefined) throw new Fault('design_no_construction', `no Hadamard matrix of order ${n} is built here`, { where: { field: 'runs' }, values: { kind: 'Hadamard', size: n } });
  return found.map((row) => row.map((value) => value * (row[0] as number)));
}

function construct(n: number): Matrix | undefined {
  if (n === 1) return [[1]];
  if (n === 2) return [[1, 1], [1, -1]];
  if (n % 4 !== 0) return undefined;
  const first = fieldOf(n - 1);
  if (first !== undefined && (n - 1) % 4 === 3) {
    const core = jacobsthal(first);
    // Paley I: I + S with S = [[0, 1], [−1, Q]] skew
    return Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_v, j) => (i === 0 ? 1 : j === 0 ? -1 : ((core[i - 1] as number[])[j - 1] as number) + (i === j ? 1 : 0))));
  }
  const second = n % 8 === 4 && (n / 2 - 1) % 4 === 1 ? fieldOf(n / 2 - 1) : undefined;
  if (second !== undefined) {
    // Paley II: 0 → [[1, −1], [−1, −1]], ±1 → ± [[1, 1], [1, −1]] in a symmetric conference matrix
    const c = conferenceMatrix(n / 2) as Matrix;
    return Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_v, j) => {
      const value = (c[i >> 1] as number[])[j >> 1] as number;
      const both = i % 2 === 1 && j % 2 === 1 ? -1 : 1;
      return value === 0 ? (i % 2 + j % 2 === 0 ? 1 : -1) : value * both;
    }));
  }
  const half = construct(n / 2);
  if (half === undefined) return undefined;
  return [...half.map((row) => [...row, ...row]), ...half.map((row) => [...row, ...row.map((value) => -value)])];
}

/** Q_ij = character(j − i). */
function jacobsthal({ q, add, negate, character }: Field): Matrix {
  return Array.from({ length: q }, (_, i) => Array.from({ length: q }, (_v, j) => character(add(j, negate(i)))));
}

/** C with zero diagonal, ±1 elsewhere and C C' = (m − 1) I: Paley, and doubling of skew ones. Undefined when none is built here. */
export function conferenceMatrix(m: number): Matrix | undefined {
  if (m === 2) return [[0, 1], [-1, 0]];
  const field = fieldOf(m - 1);
  if (field !== undefined && m % 2 === 0) {
    const core = jacobsthal(field);
    const corner = (m - 1) % 4 === 1 ? 1 : -1;
    return Array.from({ length: m }, (_, i) => Array.from({ length: m }, (_v, j) => (i === 0 ? (j === 0 ? 0 : 1) : j === 0 ? corner : (core[i - 1] as number[])[j - 1] as number)));
  }
  const half = m % 8 === 0 ? conferenceMatrix(m / 2) : undefined;
  if (half === undefined || half.some((row, i) => row.some((value, j) => value !== -((half[j] as number[])[i] as number)))) return undefined;
  const shifted = (sign: number): Matrix => half.map((row, i) => row.map((value, j) => value + (i === j ? sign : 0)));
  return [...half.map((row, i) => [...row, ...(shifted(1)[i] as number[])]), ...shifted(-1).map((row, i) => [...row, ...(half[i] as number[]).map((value) => -value)])];
}

/** Plackett–Burman screening design: k two-level factors (−1, 1) in the next multiple of 4 above k runs, or in `runs`. */
export function plackettBurman(k: number, runs = 4 * Math.floor(k / 4) + 4): Matrix {
  if (runs <= k) throw new Fault('design_too_few_runs', `${runs} runs for ${k} factors`, { where: { field: 'runs' }, values: { runs, earlier: 0, terms: k + 1, needed: k + 1 } });
  return hadamardMatrix(runs).map((row) => row.slice(1, k + 1));
}

/** Extra columns looked through for a conference matrix large enough. */
const mostExtra = 12;

/**
 * Definitive screening design (Jones & Nachtsheim 2011; Xiao, Lin & Bai 2012): k three-level factors in 2m + 1 runs, m the order of the conference
 * matrix, from k + `fake` upwards. Main effects are free of second-order terms. `centres`: centre runs, at least 1.
 */
export function definitiveScreening(k: number, { fake = 0, centres = 1 } = {}): Matrix {
  for (let m = k + fake + ((k + fake) % 2); m <= k + fake + mostExtra; m += 2) {
    const c = conferenceMatrix(m);
    if (c === undefined) continue;
    const rows = c.map((row) => row.slice(0, k));
    return [...rows.flatMap((row) => [row, row.map((value) => (value === 0 ? 0 : -value))]), ...Array.from({ length: centres }, () => new Array<number>(k).fill(0))];
  }
  throw new Fault('design_no_construction', `no conference matrix for ${k} factors is built here`, { where: { field: 'factors' }, values: { kind: 'conference', size: k } });
}
