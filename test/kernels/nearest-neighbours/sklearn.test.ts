import assert from 'node:assert/strict';
import { test } from 'node:test';
import { smoothProblem } from '../../../bench/generators/smooth.ts';
import { encodeRows } from '../../../kernels/gaussian-process/index.ts';
import { fitNeighbours, neighbourMeans } from '../../../kernels/nearest-neighbours/index.ts';
import type { NeighbourOptions } from '../../../kernels/nearest-neighbours/index.ts';
import { KernelError } from '../../../kernels/index.ts';
import { python, withoutPython } from '../../support/python.ts';
import { freshKernels } from '../kernels.ts';

const kernels = await freshKernels();
const { x, y } = smoothProblem(201);
const matrix = { values: x, rows: 201, columns: 5, order: 'row-major' } as const;
const fresh = smoothProblem(300, 5000);
// some queries are training rows: distance 0
fresh.x.set(x.subarray(0, 50), 0);
const queries = { values: fresh.x, rows: 300, columns: 5, order: 'row-major' } as const;
const predicted = (options: NeighbourOptions): Float64Array => {
  const model = fitNeighbours({ x: matrix, y }, options);
  return neighbourMeans(kernels, model, encodeRows(queries, model.columns));
};

const SCRIPT = `
import json, sys
import numpy as np
from sklearn.neighbors import KNeighborsRegressor
d = json.load(sys.stdin)
X, y, Z = (np.array(d[k]) for k in 'xyz')
X, Z = X.reshape(-1, 5), Z.reshape(-1, 5)
m, s = X.mean(0), X.std(0)
r = np.ptp(X, axis=0)
out = [KNeighborsRegressor(k, weights=w, algorithm='brute').fit((X - m) / s, y).predict((Z - m) / s).tolist() for k in (1, 5, 12) for w in ('uniform', 'distance')]
out.append(KNeighborsRegressor(4, weights='distance', p=1).fit(X / r / 5, y).predict(Z / r / 5).tolist())
json.dump(out, sys.stdout)
`;

test('means of neighbours are scikit-learn\'s, uniform and by distance, on standardised and on ranged columns', { skip: withoutPython('sklearn') }, () => {
  const expected = python(SCRIPT, { x: [...x], y: [...y], z: [...fresh.x] }) as number[][];
  const ours = [1, 5, 12].flatMap((k) => (['uniform', 'distance'] as const).map((weights) => predicted({ k, weights })));
  ours.push(predicted({ k: 4, weights: 'distance', metric: 'gower' }));
  ours.forEach((means, c) => means.forEach((mean, i) => assert.ok(Math.abs(mean - (expected[c]?.[i] as number)) < 1e-9, `case ${c} row ${i}: ${mean}, scikit-learn ${expected[c]?.[i]}`)));
});

test('Gower\'s distance mixes ranges of numbers and equality of labels', () => {
  const mixed = { values: Float64Array.of(0, 1, 10, 1, 2, 2, 9, 3), rows: 4, columns: 2, order: 'row-major' } as const;
  const model = fitNeighbours({ x: mixed, y: Float64Array.of(0, 1, 2, 3) }, { k: 1, metric: 'gower', categorical: [1] });
  // (4, 1): 0.4 / 2 from row 0, 0.6 / 2 from row 1, (0.2 + 1) / 2 from row 2, (0.5 + 1) / 2 from row 3
  assert.deepEqual([...neighbourMeans(kernels, model, encodeRows({ values: Float64Array.of(4, 1, 4, 2, 10, 3, 6, 1), rows: 4, columns: 2, order: 'row-major' }, model.columns))], [0, 2, 3, 1]);
});

test('left out, a row is not its own neighbour', () => {
  const model = fitNeighbours({ x: matrix, y }, { k: 1 });
  assert.deepEqual(neighbourMeans(kernels, model, model.x), y);
  const without = neighbourMeans(kernels, model, model.x, true);
  without.forEach((mean, i) => assert.notEqual(mean, y[i]));
  assert.throws(() => fitNeighbours({ x: matrix, y }, { k: 202 }), (error) => error instanceof KernelError && error.values['name'] === 'k');
});
