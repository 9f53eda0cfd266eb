import assert from 'node:assert/strict';
import { it } from 'node:test';
import { runInNewContext } from 'node:vm';
import { inverseFormula } from '../../../../cluster/report/workbook/inverse-formula.ts';

it('a transformed prediction comes back to the value it was made from', () => {
  const smearing = { factor: null, residuals: [] };
  const score = { n: 0, r2: null, rmse: null, mae: null };
  const rest = { label: '', smearing, scores: { model: score, original: score, original_median: score } };
  const back = (transform: 'log' | 'log10' | 'sqrt' | 'box_cox' | 'yeo_johnson', lambda: number | null, w: number): number => runInNewContext(
    (inverseFormula({ transform, lambda, ...rest }, 'w') ?? '').replaceAll('^', '**'), { w, EXP: Math.exp, MAX: Math.max, IF: (test: boolean, yes: number, no: number) => (test ? yes : no) }) as number;
  const near = (value: number, expected: number): void => assert.ok(Math.abs(value - expected) < 1e-12, `${value} ${expected}`);
  near(back('log', null, Math.log(2.5)), 2.5);
  near(back('log10', null, Math.log10(2.5)), 2.5);
  near(back('sqrt', null, Math.sqrt(2.5)), 2.5);
  for (const l of [-1, 0, 0.3, 2]) {
    near(back('box_cox', l, l === 0 ? Math.log(2.5) : (2.5 ** l - 1) / l), 2.5);
    near(back('yeo_johnson', l, l === 0 ? Math.log(3.5) : (3.5 ** l - 1) / l), 2.5);
    near(back('yeo_johnson', l, l === 2 ? -Math.log(3.5) : -((3.5 ** (2 - l) - 1) / (2 - l))), -2.5);
  }
});
