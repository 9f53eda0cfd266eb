import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { digits, sharedData, without } from '../../support/shared-data.ts';
import { analyse } from './run-analysis.ts';

const peerFile = 'nist-strd/linear/peer/brush72-lm.json';
const csv = (): Promise<Buffer> => readFile(join(sharedData, 'nist-strd/linear/peer/brush72.csv'));

describe('a model in a job', { skip: without(peerFile) }, () => {
  test('with weights: coefficients, standard errors and sigma of R', async () => {
    const { wls } = JSON.parse(await readFile(join(sharedData, peerFile), 'utf8')) as { wls: { coef: Record<string, number>; se: Record<string, number>; sigma: number } };
    const { result } = await analyse(await csv(), { target_column: 'y', formula: 'y ~ speed + feed + depth + C(brush, treatment, reference = A13, levels = [A13, A11, A21, A32])', weights_column: 'w', train_test_split: 0 });
    Object.values(wls.coef).forEach((value, j) => assert.ok(digits(result.coefficients[j]?.estimate, value) > 10));
    Object.values(wls.se).forEach((value, j) => assert.ok(digits(result.coefficients[j]?.std_error, value) > 10));
    assert.ok(digits(result.fit.sigma, wls.sigma) > 10);
  });

  test('tells ANOVA of all types, GVIF and collinearity, and that type III was recoded', async () => {
    const { typeII } = JSON.parse(await readFile(join(sharedData, peerFile), 'utf8')) as { typeII: Record<string, Record<string, number>> };
    const { result } = await analyse(await csv(), { target_column: 'y', formula: 'y ~ speed + feed + depth + brush*material', train_test_split: 0, cv_splits: 2 });
    assert.deepEqual(result.anova.map(({ type }) => type), ['I', 'II', 'III']);
    for (const row of result.anova[1]?.rows ?? []) assert.ok(digits(row.ss, typeII[row.term]?.['Sum Sq'] as number) > 10, row.term);
    assert.equal(result.gvif.length, 6);
    assert.ok((result.collinearity?.condition ?? 0) > 1);
    assert.ok(result.notices.some(({ code }) => code === 'type3_recoded'));
  });

  test('the equation of products, functions, contrasts, polynomials and offset gives the fitted values', async () => {
    const table = (await csv()).toString().trimEnd().split('\n').map((line) => line.split(','));
    const names = table[0] as string[];
    const { result } = await analyse(await csv(), { target_column: 'y', formula: 'y ~ poly(speed, 3) + log(feed):depth + I(depth^2) + C(brush, helmert)*material + scale(feed)', offset_column: 'w', train_test_split: 0, cv_splits: 2 });
    const evaluate = (row: string[]): number => {
      const source = result.model.equation.replace(/\[([^\]=]+?)(?: = ([^\]]+))?\]/g, (_, name: string, level?: string) => {
        const value = row[names.indexOf(name)] as string;
        return level === undefined ? `(${value})` : String(Number(value === level));
      }).replaceAll('^', '**').replaceAll('LN(', 'Math.log(');
      assert.match(source, /^(?:[\d\s+\-*/().e]|Math\.log)+$/);
      return runInNewContext(source) as number;
    };
    result.rows.row.forEach((row, i) => assert.ok(Math.abs(evaluate(table[row - 1] as string[]) - (result.rows.fitted[i] ?? NaN)) < 1e-12, String(row)));
  });

  test('log of a value that has none names the row', async () => {
    await assert.rejects(analyse('x,y\n1,2\n2,3\n0,4\n5,5\n7,9', { target_column: 'y', formula: 'y ~ log(x)' }), { code: 'function_domain', where: { column: 'x', row: 4 } });
  });

  test('a negative weight, an unknown column of a formula, formula and terms together are refused', async () => {
    const table = 'x,w,y\n1,1,2\n2,-1,3\n3,1,4\n5,1,5\n7,1,9';
    await assert.rejects(analyse(table, { target_column: 'y', formula: 'y ~ x', weights_column: 'w' }), { code: 'weights_negative' });
    await assert.rejects(analyse(table, { target_column: 'y', formula: 'y ~ xx' }), { code: 'formula_unknown_column_nearest' });
    await assert.rejects(analyse(table, { target_column: 'y', formula: 'y ~ x', terms: { terms: [] } }), { code: 'model_conflict' });
    await assert.rejects(analyse(table, { target_column: 'y', formula: 'x ~ w' }), { code: 'model_conflict' });
  });
});
