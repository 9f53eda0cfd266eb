import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitModel, KernelError, lackOfFit, oneWayAnova, replicateGroups } from '../../../kernels/index.ts';
import { columnMajor, freshKernels, logRelativeError } from '../kernels.ts';
import { brushModel, design, peer, response, rows } from '../regression/brush72.ts';

const kernels = await freshKernels();
const factors = design('main').columns.slice(1);

test('lack of fit against pure error as in R', () => {
  // R compared with the saturated model of the settings its formula names.
  const model = brushModel(kernels, 'brush');
  const group = replicateGroups(design('brush').columns.slice(1), rows);
  const result = lackOfFit(model, group);
  assert.ok(result);
  assert.deepEqual([result.lackOfFit.degreesOfFreedom, result.pureError.degreesOfFreedom], [peer.lackOfFit.dfLOF, peer.lackOfFit.dfPE]);
  assert.ok(logRelativeError(result.pureError.sumOfSquares, peer.lackOfFit.ssPE) > 12);
  assert.ok(logRelativeError(result.f, peer.lackOfFit.F) > 11 && logRelativeError(result.pValue, peer.lackOfFit.p) > 10);
});

test('the highest R² is that of the cell means', () => {
  const group = replicateGroups(factors, rows);
  assert.ok(logRelativeError(lackOfFit(brushModel(kernels, 'main'), group)?.maxRSquared as number, oneWayAnova({ hi: response }, group).rSquared) > 12);
});

test('near-replicates join rows that differ by less than the tolerance, exact ones by nothing', () => {
  const x = Float64Array.of(0, 0.004, 5, 5, 10);
  assert.deepEqual([...replicateGroups([x], 5)], [0, 1, 2, 2, 3]);
  assert.deepEqual([...replicateGroups([x], 5, 0.001)], [0, 0, 1, 1, 2]);
});

test('no replicates, no test; wrong lengths are refused', () => {
  const model = fitModel(kernels, { x: columnMajor([[1, 1, 1], [1, 2, 3]]), y: Float64Array.of(1, 2, 4), n: 3, p: 2, intercept: true });
  assert.equal(lackOfFit(model, Int32Array.of(0, 1, 2)), undefined);
  assert.ok(Number.isNaN(lackOfFit(model, Int32Array.of(0, 0, 1))?.f));
  assert.throws(() => lackOfFit(model, Int32Array.of(0)), (error) => error instanceof KernelError && error.code === 'kernel_shape');
});
