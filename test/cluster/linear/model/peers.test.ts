import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { aliasesOf, anova, collinearity, gvif, type AnovaType } from '../../../../cluster/linear/inference/index.ts';
import { buildNewRows } from '../../../../cluster/linear/model/index.ts';
import type { ContrastChoice } from '../../../../schemas/index.ts';
import { digits, sharedData, without } from '../../../support/shared-data.ts';
import { fitFormula, tableOf, type FormulaFit } from './fit-formula.ts';

const skip = without('nist-strd/linear/peer/brush72-lm.json');
type Numbers = Record<string, Record<string, number | null>>;
interface Peer { coef: Record<string, number>; se: Record<string, number>; typeI: Numbers; typeII: Numbers; typeIII_sumCoding: Numbers; sumCodingCoef: Record<string, number>; gvif: (Record<string, number> & { _row: string })[]; poly: { coef: Record<string, number>; sigma: number } }
const peer = async (): Promise<Peer> => JSON.parse(await readFile(join(sharedData, 'nist-strd/linear/peer/brush72-lm.json'), 'utf8')) as Peer;
const brush72 = (): Promise<Buffer> => readFile(join(sharedData, 'nist-strd/linear/peer/brush72.csv'));

const levels = { brush: ['A13', 'A11', 'A21', 'A32'], material: ['Steel', 'Alumi'] };
const treatment: Record<string, ContrastChoice> = { brush: { kind: 'treatment', reference: 'A13', levels: levels.brush }, material: { kind: 'treatment', reference: 'Steel', levels: levels.material } };
const sum: Record<string, ContrastChoice> = { brush: { kind: 'sum', levels: levels.brush }, material: { kind: 'sum', levels: levels.material } };
const full = 'y ~ speed + feed + depth + brush*material';

function close(what: string, value: number | null | undefined, expected: number | null | undefined, least = 10): void {
  assert.ok(digits(value, Number(expected)) >= least, `${what}: ${value} instead of ${expected}`);
}

function compareAnova(fit: FormulaFit, type: AnovaType, expected: Numbers): void {
  const table = anova(fit.terms, type);
  assert.deepEqual(table.rows.map(({ term }) => term), Object.keys(expected).filter((name) => name !== 'Residuals'));
  for (const row of table.rows) {
    const line = expected[row.term] as Record<string, number>;
    assert.equal(row.df, line['Df']);
    close(`${type} ${row.term} SS`, row.ss, line['Sum Sq']);
    close(`${type} ${row.term} F`, row.f, line['F value']);
    close(`${type} ${row.term} p`, row.p, line['Pr(>F)']);
    close(`${type} ${row.term} η²`, row.partialEta2, (line['Sum Sq'] as number) / ((line['Sum Sq'] as number) + (expected['Residuals']?.['Sum Sq'] as number)));
  }
  close('residual SS', table.residual.ss, expected['Residuals']?.['Sum Sq']);
}

describe('against R on brush72', { skip }, () => {
  test('coefficients and standard errors of brush*material in treatment coding', async () => {
    const { coef, se } = await peer();
    const { plan, result } = await fitFormula(await brush72(), full, treatment);
    assert.deepEqual(plan.columns.map(({ name }) => name), ['(Intercept)', 'speed', 'feed', 'depth', 'brush[A11]', 'brush[A21]', 'brush[A32]', 'material[Alumi]', 'brush[A11]:material[Alumi]', 'brush[A21]:material[Alumi]', 'brush[A32]:material[Alumi]']);
    Object.values(coef).forEach((value, j) => close(`b${j}`, result.coefficients[j], value, 11));
    Object.values(se).forEach((value, j) => close(`se${j}`, result.standardErrors[j], value, 11));
  });

  test('coefficients in sum coding', async () => {
    const { sumCodingCoef } = await peer();
    const { result } = await fitFormula(await brush72(), full, sum);
    Object.values(sumCodingCoef).forEach((value, j) => close(`b${j}`, result.coefficients[j], value));
  });

  test('orthogonal polynomial, power and product of numbers', async () => {
    const { poly } = await peer();
    const { result, plan } = await fitFormula(await brush72(), 'y ~ poly(speed, 3) + I(depth^2) + feed:depth');
    assert.deepEqual(plan.columns.map(({ name }) => name), ['(Intercept)', 'poly(speed, 3)[1]', 'poly(speed, 3)[2]', 'poly(speed, 3)[3]', 'I(depth^2)', 'feed:depth']);
    Object.values(poly.coef).forEach((value, j) => close(`b${j}`, result.coefficients[j], value));
    close('sigma', result.sigma, poly.sigma);
  });

  test('type I and II', async () => {
    const expected = await peer();
    const fit = await fitFormula(await brush72(), full, treatment);
    compareAnova(fit, 'I', expected.typeI);
    compareAnova(fit, 'II', expected.typeII);
  });

  test('type III from a fit in sum coding', async () => {
    const expected = await peer();
    const fit = await fitFormula(await brush72(), full, sum);
    compareAnova(fit, 'III', expected.typeIII_sumCoding);
    assert.deepEqual(anova(fit.terms, 'III').recoded, []);
  });

  for (const [name, contrasts] of Object.entries({ treatment, helmert: { brush: 'helmert', material: 'helmert' }, polynomial: { brush: 'polynomial', material: 'sum' } } as Record<string, Record<string, ContrastChoice>>)) {
    test(`type III is the same from a fit in ${name} coding`, async () => {
      compareAnova(await fitFormula(await brush72(), full, contrasts), 'III', (await peer()).typeIII_sumCoding);
    });
  }

  test('type III recodes only when asked to, and says which columns', async () => {
    const fit = await fitFormula(await brush72(), full, treatment);
    assert.deepEqual(anova(fit.terms, 'III').recoded, ['brush', 'material']);
    const asFitted = anova(fit.terms, 'III', false);
    assert.deepEqual(asFitted.notSumming, ['brush', 'material']);
    // with treatment coding the "main effect" of material is its effect at brush A13: t² of its coefficient
    close('F', asFitted.rows.find(({ term }) => term === 'material')?.f, (fit.result.t[7] as number) ** 2, 12);
  });

  test('GVIF of the model without the product', async () => {
    const expected = await peer();
    const { terms } = await fitFormula(await brush72(), 'y ~ speed + feed + depth + brush + material', treatment);
    gvif(terms).forEach((row, index) => {
      const line = expected.gvif[index];
      assert.equal(row.term, line?._row);
      close(`GVIF ${row.term}`, row.gvif, line?.['GVIF']);
      close(`adjusted ${row.term}`, row.adjusted, line?.['GVIF^(1/(2*Df))']);
    });
  });

  test('type I, II and III of a rank-deficient model agree with model comparison', async () => {
    // twice = 2·speed is told as aliased; nothing that is tested may change
    const text = (await brush72()).toString().trimEnd().split('\n').map((line, row) => `${line},${row === 0 ? 'twice' : 2 * Number(line.split(',')[2])}`).join('\n');
    const with2 = await fitFormula(text, `${full} + twice`, treatment);
    const without2 = await fitFormula(text, full, treatment);
    for (const type of ['II', 'III'] as const) {
      const a = anova(with2.terms, type);
      const b = anova(without2.terms, type);
      for (const row of b.rows) {
        const found = a.rows.find(({ term }) => term === row.term);
        if (row.term === 'speed') assert.equal(found?.df, 0);
        else close(`${type} ${row.term}`, found?.ss, row.ss, 12);
      }
      assert.equal(a.rows.find(({ term }) => term === 'twice')?.df, 0);
    }
    assert.equal(anova(with2.terms, 'I').rows.find(({ term }) => term === 'twice')?.df, 0);
    assert.deepEqual(aliasesOf(with2.plan, with2.result.aliased).map(({ column, expression }) => [column, expression]), [['twice', '2·speed']]);
  });

  test('sum of squares of a nested model is that of the product model', async () => {
    const nested = await fitFormula(await brush72(), 'y ~ brush/material', treatment);
    const crossed = await fitFormula(await brush72(), 'y ~ brush*material', treatment);
    assert.equal(nested.plan.columns.length, 8);
    close('rss', nested.result.rss, crossed.result.rss, 13);
    const noIntercept = await fitFormula(await brush72(), 'y ~ brush:material - 1', treatment);
    assert.equal(noIntercept.result.rank, 8);
    close('rss', noIntercept.result.rss, crossed.result.rss, 13);
  });
});

describe('Filip and Wampler through a formula', () => {
  interface Exact { coefficients: string[]; se?: string[] }
  const powers = (k: number): string => `y ~ x + ${Array.from({ length: k - 1 }, (_, i) => `I(x^${i + 2})`).join(' + ')}`;
  for (const [name, formula] of [['Filip', powers(10)], ['Filip', 'y ~ poly(x, 10, raw)'], ['Wampler1', powers(5)], ['Wampler2', powers(5)], ['Wampler3', powers(5)], ['Wampler4', powers(5)], ['Wampler5', powers(5)], ['Pontius', powers(2)]] as const) {
    test(`${name}: ${formula.slice(0, 22)}… gives 15 digits`, { skip: without(`nist-strd/linear/${name}.csv`) }, async () => {
      const exact = JSON.parse(await readFile(join(sharedData, `nist-strd/linear/${name}.ext.json`), 'utf8')) as Exact;
      const { result } = await fitFormula(await readFile(join(sharedData, `nist-strd/linear/${name}.csv`)), formula);
      exact.coefficients.forEach((text, j) => {
        close(`b${j}`, result.coefficients[j], Number(text), 15);
        if (Number(exact.se?.[j]) > 0) close(`se${j}`, result.standardErrors[j], Number(exact.se?.[j]), 15);
      });
    });
  }
});

test('Belsley: Longley is as collinear as in the book, and proportions sum to 1', { skip: without('nist-strd/linear/Longley.csv') }, async () => {
  const csv = await readFile(join(sharedData, 'nist-strd/linear/Longley.csv'));
  const { terms } = await fitFormula(csv, 'y ~ .');
  const found = collinearity(terms);
  // Belsley, Kuh & Welsch 1980: the scaled condition number of Longley's data is 43 275
  assert.equal(Math.round(found?.condition ?? 0), 43275);
  for (let j = 0; j < 7; j += 1) close(`column ${j}`, found?.proportions.reduce((total, row) => total + (row[j] as number), 0), 1, 12);
});

test('an exact dependency of three columns is told in whole numbers', async () => {
  const rows = Array.from({ length: 9 }, (_, i) => [i, (i * i) % 5, 2 * i - 3 * ((i * i) % 5) + 1, i / 3, i * 1.3 + ((i * 7) % 4)].join(','));
  const { plan, result } = await fitFormula(`a,b,c,d,y\n${rows.join('\n')}`, 'y ~ a + b + c');
  const [alias] = aliasesOf(plan, result.aliased);
  assert.equal(alias?.expression, '2·a − 3·b + 1');
  assert.equal(alias?.exact, true);
});

describe('the design of other rows', () => {
  const csv = 'a,b,brush,y\n1,2.5,A13,1\n2,3.5,A11,2\n3,1.5,A21,4\n4,4.5,A13,3\n5,0.5,A11,6\n6,2,A21,5\n7,3,A13,9';
  test('is the design of the fit for the rows of the fit', async () => {
    const { plan, table, design } = await fitFormula(csv, 'y ~ poly(a, 2) + scale(b) + C(brush, helmert) + log(a):b');
    const again = buildNewRows(plan, table);
    assert.deepEqual(again.columns, design);
    assert.deepEqual(again.notices, []);
    assert.deepEqual([...again.usable], Array(7).fill(1));
  });
  test('tells unseen levels, missing and impossible values and extrapolation, and fills nothing in', async () => {
    const { plan } = await fitFormula(csv, 'y ~ log(a) + b + brush');
    const other = await tableOf('brush,a,b\nA13,2,3\nA99,2,3\nA11,-1,3\nA11,,3\nA21,9,99');
    const rows = buildNewRows(plan, other);
    assert.deepEqual([...rows.usable], [1, 0, 0, 0, 1]);
    assert.deepEqual([...rows.extrapolated], [0, 0, 1, 0, 1]);
    assert.ok(Number.isNaN(rows.columns[plan.columns.findIndex(({ name }) => name === 'brush[A11]')]?.hi[1]));
    assert.deepEqual(rows.notices.map(({ code }) => code).sort(), ['level_unseen', 'value_extrapolated', 'value_extrapolated', 'value_missing', 'value_undefined']);
    assert.deepEqual(rows.notices.find(({ code }) => code === 'level_unseen')?.where, { column: 'brush', row: 3 });
  });
  test('needs every column of the model', async () => {
    const { plan } = await fitFormula(csv, 'y ~ a + b');
    const other = await tableOf('a,c\n1,2\n2,3');
    assert.throws(() => buildNewRows(plan, other), { code: /column_not_found/ });
  });
});
