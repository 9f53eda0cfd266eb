import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { candidateCircles } from '../../../cluster/design/circles.ts';
import { modelRow, planDesign, runSearch, type DesignFactor } from '../../../cluster/design/index.ts';
import { invertSymmetric, quadraticForm } from '../../../cluster/design/algebra.ts';
import { scoreOfRows } from '../../../cluster/design/search/index.ts';
import { instantiate, KernelMemory, loadKernels } from '../../../kernels/index.ts';
import { presetTerms } from '../../../schemas/index.ts';

/** 12 · 12 · 9 levels and ten brushes, every seventh row missing: 11,109 of 12,960. */
const numbers = [12, 12, 9].map((count, k): DesignFactor => ({ kind: 'discrete', name: 'ABC'.charAt(k), levels: Array.from({ length: count }, (_, level) => level) }));
const factors: DesignFactor[] = [...numbers, { kind: 'categorical', name: 'D', levels: [...'abcdefghij'] }];
const rows: [number, number, number, string][] = [];
for (let a = 0; a < 12; a++) for (let b = 0; b < 12; b++) for (let c = 0; c < 9; c++) for (const d of 'abcdefghij') if ((a * 31 + b * 17 + c * 5 + d.charCodeAt(0)) % 7 !== 0) rows.push([a, b, c, d]);
const candidates = { A: rows.map(([a]) => a), B: rows.map(([, b]) => b), C: rows.map(([, , c]) => c), D: rows.map(([, , , d]) => d) };
const model = presetTerms('quadratic', factors.map((factor) => ({ name: factor.name, categorical: factor.kind === 'categorical', distinct: 9 })));

describe('a long list that is no grid', () => {
  test('the circle along a factor holds exactly the candidates that agree in all others', () => {
    const columns = [0, 1, 2, 3].map((k) => Float64Array.from(rows, (row) => (k === 3 ? row[3].charCodeAt(0) : row[k] as number)));
    const circles = candidateCircles({ factors, columns, count: rows.length, isGrid: false }) ?? [];
    assert.equal(circles.length, 4);
    for (let k = 0; k < 4; k++) {
      const groups = new Map<string, number[]>();
      rows.forEach((row, j) => {
        const key = row.filter((_, other) => other !== k).join();
        groups.set(key, [...(groups.get(key) ?? []), j]);
      });
      for (const members of groups.values()) {
        const walked: number[] = [];
        let at = members[0] as number;
        do walked.push(at); while ((at = (circles[k] as Int32Array)[at] as number) !== members[0]);
        assert.deepEqual(walked, members);
      }
    }
  });

  for (const kind of ['D', 'I'] as const) {
    test(`ends where no exchange of one row for any candidate gains: ${kind}`, async () => {
      const kernels = await instantiate(await loadKernels(), KernelMemory.create({ maximumBytes: 2 ** 28 }));
      const plan = planDesign({ factors, model, runs: 60, criterion: { kind }, candidates });
      assert.equal(plan.search.kind === 'list' && plan.search.list.circles?.length, 4);
      const { points, search } = runSearch(kernels, plan, 7, { starts: 1 });
      const own = scoreOfRows(plan, points);
      assert.ok(Math.abs(own - search.score) < 1e-10);
      const p = plan.model.columns.length;
      const seen = new Set(rows.map((row) => row.join()));
      const listed = rows.map(([a, b, c, d]) => [(2 * a) / 11 - 1, (2 * b) / 11 - 1, c / 4 - 1, d.charCodeAt(0) - 97]);
      for (const [a, b, c, d] of points as [number, number, number, number][]) assert.ok(seen.has([Math.round((a + 1) * 5.5), Math.round((b + 1) * 5.5), Math.round((c + 1) * 4), 'abcdefghij'.charAt(d)].join()));
      if (kind === 'D') {
        // every exchange, by the matrix determinant lemma on an inverse computed apart from the search
        const m = new Float64Array(p * p);
        const f = points.map((point) => modelRow(plan.model, point));
        for (const row of f) for (let i = 0; i < p; i++) for (let j = 0; j < p; j++) m[i * p + j] = (m[i * p + j] as number) + (row[i] as number) * (row[j] as number);
        const { inverse } = invertSymmetric(m, p) as { inverse: Float64Array };
        const all = listed.map((point) => modelRow(plan.model, point));
        const d = all.map((row) => quadraticForm(inverse, row, p));
        for (const y of f.slice(0, 12)) {
          const vy = y.map((_, i) => y.reduce((sum, value, j) => sum + value * (inverse[i * p + j] as number), 0));
          const dy = quadraticForm(inverse, y, p);
          all.forEach((x, j) => assert.ok((d[j] as number) * (1 - dy) - dy + x.reduce((sum, value, i) => sum + value * (vy[i] as number), 0) ** 2 < 1e-8));
        }
      } else {
        for (let at = 0; at < 60; at += 20) for (let j = at; j < listed.length; j += 501) assert.ok(scoreOfRows(plan, points.with(at, listed[j] as number[])) < own + 1e-9);
      }
    });
  }
});
