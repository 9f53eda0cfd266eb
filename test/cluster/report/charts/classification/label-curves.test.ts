import assert from 'node:assert/strict';
import { test } from 'node:test';
import { precisionRecallOf, reliabilityOf, rocOf } from '../../../../../cluster/report/charts/classification/label-curves.ts';
import { areaUnderRoc } from '../../../../../cluster/scores/index.ts';
import { randomStream } from '../../../../../kernels/random/index.ts';

test('the curves of a label: the area below the first is that of all pairs, ties half; the others begin and end where they must', () => {
  const draw = randomStream(8, 8);
  const p = Array.from({ length: 200 }, () => Math.round(20 * draw()) / 20);
  const hits = p.map((own) => draw() < own);
  const roc = rocOf(hits, p);
  let area = 0;
  for (let k = 1; k < roc.length; k++) area += (roc[k]!.x - roc[k - 1]!.x) * (roc[k]!.y + roc[k - 1]!.y) / 2;
  assert.ok(Math.abs(area - areaUnderRoc(hits.map(Number), p).area!) < 1e-12);
  assert.deepEqual([roc[0], roc.at(-1)], [{ x: 0, y: 0 }, { x: 1, y: 1 }]);
  const curve = precisionRecallOf(hits, p);
  const share = hits.filter(Boolean).length / hits.length;
  assert.deepEqual(curve.at(-1), { x: 1, y: share });
  const strictest = p.map((own, i) => ({ own, hit: hits[i]! })).filter(({ own }) => own === Math.max(...p));
  assert.equal(curve[0]!.y, strictest.filter(({ hit }) => hit).length / strictest.length);
  const bins = reliabilityOf(hits, p);
  assert.equal(bins.length, 8);
  assert.ok(Math.abs(bins.reduce((sum, { x }) => sum + x, 0) / 8 - p.reduce((a, b) => a + b, 0) / 200) < 1e-12);
  assert.ok(Math.abs(bins.reduce((sum, { y }) => sum + y, 0) / 8 - share) < 1e-12);
});
