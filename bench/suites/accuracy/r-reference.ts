import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Answers } from '../../harness/index.ts';
import { heteroscedasticCovariance, leastSquares, type Kernels, type LeastSquaresDiagnostics, type LeastSquaresResult } from '../../../kernels/index.ts';
import { longleyHc } from './longley-hc.ts';
import { readLinearSet } from './nist.ts';
import type { Truth } from './scores.ts';

/** What R 4.2.2 printed (lm, influence measures, sandwich) to 15 digits: its own rounding is part of the difference. */

const named = z.record(z.string(), z.number());
const list = z.array(z.number());
const brushSchema = z.object({
  coef: named, se: named, t: named, p: named, ci95: z.record(z.string(), z.object({ '2.5 %': z.number(), '97.5 %': z.number() })), sigma: z.number(), r2: z.number(), F: z.number(), Fp: z.number(), press: z.number(),
  hat: list, rstandard: list, rstudent: list, cook: list, dffits: list, covratio: list, HC: z.record(z.string(), named), wls: z.object({ coef: named, se: named, sigma: z.number() }),
});
const longleySchema = z.object({ HC: z.record(z.string(), named) });
const kinds = ['HC0', 'HC1', 'HC2', 'HC3', 'HC4'] as const;

type Quantities = Record<string, number[]>;

/** @returns what is right (R's output; for Longley exact arithmetic), what we find and what R has of Longley, by set; null without the files */
export function rReference(folder: string, kernels: Kernels): { truth: Truth; ours: Answers; r: Answers } | null {
  const peer = join(folder, 'peer');
  if (!existsSync(join(peer, 'brush72-lm.json'))) return null;
  const read = (name: string): unknown => JSON.parse(readFileSync(join(peer, name), 'utf8'));
  const brush = brushSchema.parse(read('brush72-lm.json'));
  const longley = longleySchema.parse(read('longley-extra.json'));
  const rows = readRows(join(peer, 'brush72.csv'));
  const [plain, weighted] = [brush.coef, brush.wls.coef].map((coef) => modelOf(rows, Object.keys(coef))) as [Model, Model];
  const fit = leastSquares(kernels, plain);
  const heavy = leastSquares(kernels, { ...weighted, weights: Float64Array.from(rows, (row) => Number(row['w'])) });
  const { input } = readLinearSet(folder, 'Longley');
  const exact = leastSquares(kernels, input);
  const sets: Record<string, { r: Quantities; ours: Quantities }> = {
    'brush72 lm': { r: fromR(brush), ours: { ...ofFit(fit), ...ofRows(fit.diagnostics as LeastSquaresDiagnostics), ...sandwich({ ...plain, fit }, kinds) } },
    'brush72 weighted': { r: { coefficients: Object.values(brush.wls.coef), se: Object.values(brush.wls.se), sd: [brush.wls.sigma] }, ours: { coefficients: [...heavy.coefficients], se: [...heavy.standardErrors], sd: [heavy.sigma] } },
    Longley: {
      r: Object.fromEntries(Object.entries(longleyHc).map(([kind, values]) => [kind, [...values]])),
      ours: sandwich({ x: input.x as Float64Array, y: input.y as Float64Array, n: input.n, p: input.p, fit: exact }, kinds.slice(0, 4)),
    },
  };
  return {
    truth: new Map(Object.entries(sets).map(([name, { r }]) => [name, r])),
    ours: Object.fromEntries(Object.entries(sets).flatMap(([name, { ours }]) => Object.entries(ours).map(([key, value]) => [`${name}.${key}`, value]))),
    r: Object.fromEntries(Object.entries(longley.HC).map(([kind, of]) => [`Longley.${kind.toLowerCase()}`, Object.values(of)])),
  };
}

function fromR(r: z.infer<typeof brushSchema>): Quantities {
  return {
    coefficients: Object.values(r.coef), se: Object.values(r.se), t: Object.values(r.t), p: Object.values(r.p), interval: Object.values(r.ci95).flatMap((ends) => [ends['2.5 %'], ends['97.5 %']]),
    sd: [r.sigma], r2: [r.r2], f: [r.F], fp: [r.Fp], press: [r.press], leverage: r.hat, standardised: r.rstandard, studentised: r.rstudent, cook: r.cook, dffits: r.dffits, covratio: r.covratio,
    ...Object.fromEntries(Object.entries(r.HC).map(([kind, of]) => [kind.toLowerCase(), Object.values(of)])),
  };
}

function ofFit({ coefficients, standardErrors, t, pValues, intervalLow, intervalHigh, sigma, rSquared, f }: LeastSquaresResult): Quantities {
  return {
    coefficients: [...coefficients], se: [...standardErrors], t: [...t], p: [...pValues], interval: Array.from(intervalLow, (low, j) => [low, intervalHigh[j] as number]).flat(),
    sd: [sigma], r2: [rSquared], f: [f.value], fp: [f.pValue],
  };
}

function ofRows({ press, leverage, standardised, studentised, cooksDistance, dffits, covratio }: LeastSquaresDiagnostics): Quantities {
  return { press: [press], leverage: [...leverage], standardised: [...standardised], studentised: [...studentised], cook: [...cooksDistance], dffits: [...dffits], covratio: [...covratio] };
}

interface Model { x: Float64Array; y: Float64Array; n: number; p: number; intercept?: boolean }

function sandwich({ x, y, n, p, fit }: Model & { fit: LeastSquaresResult }, wanted: readonly (typeof kinds)[number][]): Quantities {
  return Object.fromEntries(wanted.map((kind) => {
    const covariance = heteroscedasticCovariance({ x, y, n, p, intercept: true, fit }, kind);
    return [kind.toLowerCase(), Array.from({ length: p }, (_, j) => Math.sqrt(covariance[j * (p + 1)] as number))];
  }));
}

type Row = Readonly<Record<string, string>>;

function readRows(path: string): Row[] {
  const [header = '', ...lines] = readFileSync(path, 'utf8').trim().split(/\r?\n/);
  const names = header.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, j) => [names[j] ?? '', cell])));
}

/** The model matrix with the names of R's treatment coding: `speed`, `brushA11`, `brushA11:materialAlumi`. */
function modelOf(rows: readonly Row[], terms: readonly string[]): Model & { intercept: true } {
  const value = (row: Row, term: string): number => {
    if (term === '(Intercept)') return 1;
    if (term.includes(':')) return term.split(':').reduce((product, part) => product * value(row, part), 1);
    const factor = ['brush', 'material'].find((name) => term.startsWith(name));
    return factor === undefined ? Number(row[term]) : Number(row[factor] === term.slice(factor.length));
  };
  return { x: Float64Array.from(terms.flatMap((term) => rows.map((row) => value(row, term)))), y: Float64Array.from(rows, (row) => Number(row['y'])), n: rows.length, p: terms.length, intercept: true };
}
