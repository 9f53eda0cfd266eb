import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { randomStream } from '../../../../kernels/random/index.ts';
import { analyseTable } from '../run-analysis.ts';
import { grid, predictionRows } from './read-predictions.ts';

const next = randomStream(2718, 0);
const deburring = `A11,A13,材料,回転速度,送り速度,切込量,突出量,摩耗量\n${Array.from({ length: 50 }, () => {
  const [speed, feed, depth] = [1000 + 250 * Math.floor(next() * 28), 500 + 250 * Math.floor(next() * 14), 0.5 + Math.floor(next() * 3) / 2];
  return [1, 0, 'Steel', speed, feed, depth, 10, 0.01 + speed * 1e-6 + depth * 0.01 + next() * 0.01].join(',');
}).join('\n')}`;
const given = { target_columns: ['摩耗量'], train_test_split: 0, language: 'en' };

describe('predictions outside the data of the fit', () => {
  test('a factor that was the same in every run of a deburring table is named where the grid leaves it', async () => {
    const head = 'A11,A13,材料,回転速度,送り速度,切込量,突出量';
    const run = await analyseTable(deburring, given, grid(`${head}\n1,0,Steel,3000,1000,1,10\n0,1,Steel,3000,1000,1,10\n1,0,Aluminium,3000,1000,1,10\n1,0,スチール,3000,1000,1,15\n1,0,Steel,9000,1000,1,10\n1,0,,3000,1000,1,`));
    assert.deepEqual(predictionRows(run).map((row) => row['摩耗量_extrapolated']), ['', 'A11; A13', '材料', '突出量', '回転速度', '']);
    assert.equal(run.whole.prediction?.targets[0]?.extrapolated, 4);
    assert.ok(run.notices.some(({ code, values }) => code === 'prediction_rows_outside' && values?.['count'] === 4));
  });

  test('of another table, a column that never changed is a setting; one that did and is not in the model may be anything', async () => {
    const table = `x,oven,operator,y\n${Array.from({ length: 20 }, (_, i) => `${i},200,${'AB'[i % 2]},${i * 2 + next()}`).join('\n')}`;
    const run = await analyseTable(table, { ...given, target_columns: ['y'], feature_columns: ['x'] }, grid('x,oven,operator\n3,200,C\n3,250,A'));
    assert.deepEqual(predictionRows(run).map((row) => row['y_extrapolated']), ['', 'oven']);
  });

  test('a constant factor named as a feature: its row outside is told by factor and is not estimable by that name', async () => {
    const run = await analyseTable(deburring, { ...given, feature_columns: ['回転速度', '突出量'] }, grid('回転速度,突出量,A11,送り速度,切込量,材料\n3000,10,1,1000,1,Steel\n3000,20,1,1000,1,Steel'));
    const [inside, outside] = predictionRows(run);
    assert.notEqual(inside?.['摩耗量'], '');
    assert.deepEqual([outside?.['摩耗量'], outside?.['摩耗量_extrapolated'], outside?.['摩耗量_remark']], ['', '突出量', 'combination not estimable: 突出量']);
  });

  test('a level that the fit never saw has no prediction, a remark and the name of its factor', async () => {
    const table = `x,g,y\n${Array.from({ length: 24 }, (_, i) => `${i},${['a', 'b', 'c'][i % 3]},${i + next()}`).join('\n')}`;
    const [row] = predictionRows(await analyseTable(table, { ...given, target_columns: ['y'] }, grid('x,g\n3,d')));
    assert.deepEqual([row?.['y'], row?.['y_extrapolated'], row?.['y_remark']], ['', 'g', 'unknown level: g=d']);
  });

  for (const kind of ['numeric', 'binary'] as const) {
    test(`inside every range but in an empty corner: the combination is told (${kind})`, async () => {
      const rows = Array.from({ length: 60 }, () => {
        const a = next();
        const b = a + 0.1 * (next() - 0.5);
        return [a, b, kind === 'binary' ? Number(next() < a) : a + b + next()].join(',');
      });
      const run = await analyseTable(`a,b,y\n${rows.join('\n')}`, { ...given, target_columns: ['y'], target_kind: kind }, grid('a,b\n0.5,0.5\n0.9,0.1'));
      assert.deepEqual(predictionRows(run).map((row) => row['y_extrapolated']), ['', 'combination']);
    });
  }

  test('dates of the data are inside, later ones outside', async () => {
    const day = (i: number): string => new Date(Date.UTC(2026, 0, 1 + i)).toISOString().slice(0, 10);
    const table = `day,y\n${Array.from({ length: 30 }, (_, i) => `${day(i)},${i + next()}`).join('\n')}`;
    const run = await analyseTable(table, { ...given, target_columns: ['y'], feature_columns: ['day'] }, grid(`day\n${day(7)}\n${day(40)}`));
    assert.deepEqual(predictionRows(run).map((row) => row['y_extrapolated']), ['', 'day']);
  });
});
