import assert from 'node:assert/strict';
import { test } from 'node:test';
import { optimize } from './run-optimization.ts';

const letters = 'ABCDEFGHIJK';
const signs = (rows: readonly string[]): number[][] => rows.map((row) => [...row].map((sign) => (sign === '+' ? 1 : sign === '-' ? -1 : 0)));
const digits = (rows: readonly string[]): number[][] => rows.map((row) => [...row].map(Number));
const set = (rows: readonly (readonly number[])[]): string[] => rows.map((row) => row.map((value) => (value + 0).toFixed(9).replace('-0.000000000', '0.000000000')).join(' ')).sort();

/** A factor file of so many factors with low, high and step. */
const file = (count: number, low: number, high: number, step: number): string => {
  const line = (label: string, value: number): string => [label, ...Array.from({ length: count }, () => value)].join();
  return `${['', ...letters.slice(0, count)].join()}\n${line('min', low)}\n${line('max', high)}\n${line('間隔', step)}\n`;
};

async function runs(table: string, parameters: Record<string, unknown>): Promise<number[][]> {
  const { result } = await optimize(table, parameters);
  return (result.designs[0]?.rows ?? []).map((row) => result.factors.map(({ name }) => Number(row[name])));
}

test('Plackett–Burman in 12 runs: the same array, up to the order of its columns and signs, as the generating row of Plackett & Burman 1946, turned eleven times, and a row of minuses', async () => {
  const generator = '++-+++---+-';
  const table = [...Array.from({ length: 11 }, (_, turn) => generator.slice(11 - turn) + generator.slice(0, 11 - turn)), '-'.repeat(11)];
  const rows = await runs(file(11, -1, 1, 2), { design: 'plackett_burman', num_points: 12 });
  // the book's table up to the order of columns and the sign of one: eleven orthogonal columns, and any two factors project onto every pair three times
  const inner = (some: readonly (readonly number[])[]): string => JSON.stringify(some.map((a) => some.map((b) => a.reduce((sum, value, k) => sum + value * (b[k] as number), 0))).map((row) => row.toSorted((x, y) => x - y)).sort());
  assert.equal(inner(rows), inner(signs(table)));
  const triples = (some: readonly (readonly number[])[]): string => JSON.stringify(letters.split('').flatMap((_a, i) => letters.split('').slice(i + 1).flatMap((_b, j) => letters.split('').slice(i + j + 2).map((_c, k) => Math.abs(some.reduce((sum, row) => sum + (row[i] as number) * (row[i + 1 + j] as number) * (row[i + j + 2 + k] as number), 0))))).sort((x, y) => x - y));
  // no three columns multiply to a constant, each word of length three is ± 1/3 (a table of a Hadamard matrix of other type would differ)
  assert.equal(triples(rows), triples(signs(table)));
});

test('Box–Behnken of three factors: the twelve midpoints of edges and three centres (Box & Behnken 1960)', async () => {
  const rows = await runs(file(3, -1, 1, 1), { design: 'box_behnken', centre_points: 3 });
  assert.deepEqual(set(rows), set(signs(['++0', '+-0', '-+0', '--0', '+0+', '+0-', '-0+', '-0-', '0++', '0+-', '0-+', '0--', '000', '000', '000'])));
});

test('rotatable central composite of two factors: cube, axial runs at √2, centre; the inscribed one shrinks it', async () => {
  const kinds = { factor_kinds: { A: 'continuous', B: 'continuous' }, design: 'central_composite', axial: 'rotatable' };
  const root = Math.SQRT2;
  const book = [[-1, -1], [1, -1], [-1, 1], [1, 1], [-root, 0], [root, 0], [0, -root], [0, root], [0, 0]];
  assert.deepEqual(set(await runs(file(2, -1, 1, 1), kinds)), set(book));
  assert.deepEqual(set(await runs(file(2, -1, 1, 1), { ...kinds, inscribed: true })), set(book.map((row) => row.map((value) => value / root))));
});

test('definitive screening of six factors: a conference matrix, its mirror image and a centre run (Jones & Nachtsheim 2011)', async () => {
  const rows = await runs(file(6, -1, 1, 1), { design: 'definitive_screening' });
  assert.equal(rows.length, 13);
  const whole = set(rows);
  assert.deepEqual(set(rows.map((row) => row.map((value) => -value))), whole);
  const zeros = rows.map((row) => row.filter((value) => value === 0).length).sort((a, b) => a - b);
  assert.deepEqual(zeros, [...new Array<number>(12).fill(1), 6]);
  for (let i = 0; i < 6; i++) {
    for (let j = 0; j < 6; j++) {
      const inner = rows.reduce((sum, row) => sum + (row[i] as number) * (row[j] as number), 0);
      assert.equal(inner, i === j ? 10 : 0);
      for (let k = 0; k < 6; k++) assert.equal(rows.reduce((sum, row) => sum + (row[i] as number) * (row[j] as number) * (row[k] as number), 0), 0);
    }
  }
});

test('L9 and L18: strength two, and rows agree with each other as often as in the tables of Taguchi', async () => {
  const nine = digits(['1111', '1222', '1333', '2123', '2231', '2312', '3132', '3213', '3321']);
  const eighteen = digits(['11111111', '11222222', '11333333', '12112233', '12223311', '12331122', '13121323', '13232131', '13313212', '21133221', '21211332', '21322113', '22123132', '22231213', '22312321', '23132312', '23213123', '23321231']);
  /** In how many columns each pair of rows agrees: an invariant of the array. */
  const agreements = (rows: readonly (readonly number[])[]): string => JSON.stringify(rows.map((a) => rows.map((b) => a.filter((value, k) => value === b[k]).length).sort((x, y) => x - y)).map(String).sort());
  const found = await runs(file(4, 1, 3, 1), { design: 'orthogonal_array', orthogonal_array: 'L9' });
  assert.equal(agreements(found), agreements(nine));
  const mixed = `${['', ...letters.slice(0, 8)].join()}\nmin,1,1,1,1,1,1,1,1\nmax,2,3,3,3,3,3,3,3\n間隔,1,1,1,1,1,1,1,1\n`;
  const other = await runs(mixed, { design: 'orthogonal_array', orthogonal_array: 'L18' });
  for (const rows of [other, eighteen]) {
    for (let i = 0; i < 8; i++) for (let j = 0; j < i; j++) assert.deepEqual([...new Set([...rows.reduce((counts, row) => counts.set(`${row[i]} ${row[j]}`, (counts.get(`${row[i]} ${row[j]}`) ?? 0) + 1), new Map<string, number>()).values()])], [j === 0 ? 3 : 2]);
  }
  assert.equal(agreements(other), agreements(eighteen));
});

test('2^(7−4) of resolution III: the eight rows of D=AB, E=AC, F=BC, G=ABC (Box, Hunter & Hunter, table 6.4)', async () => {
  const rows = await runs(file(7, -1, 1, 2), { design: 'fractional_factorial', generators: ['D=AB', 'E=AC', 'F=BC', 'G=ABC'] });
  assert.deepEqual(set(rows), set(signs(['---+++-', '+----++', '-+--+-+', '++-+---', '--++--+', '+-+-+--', '-++--+-', '+++++++'])));
  const fewest = await runs(file(7, -1, 1, 2), { design: 'fractional_factorial', num_points: 8 });
  assert.equal(fewest.length, 8);
});
