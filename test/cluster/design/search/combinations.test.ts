import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAllowed, placePlan, planDesign, pointsOf, scoreOfRows, searchBlock, type Criterion, type DesignFactor, type DesignPlan, type DesignRequest, type Settings } from '../../../../cluster/design/index.ts';
import { Fault, presetTerms } from '../../../../schemas/index.ts';
import { freshKernels } from '../../../kernels/kernels.ts';
import { uniform } from '../support.ts';

const seed = 20_251;
const draws = 60;
const criteria: readonly Criterion[] = [{ kind: 'D' }, { kind: 'A' }, { kind: 'I' }, { kind: 'G' }, { kind: 'E' }, { kind: 'compound', determinantWeight: 0.3 }, { kind: 'alias' }];

/** A request at random: kinds of factors, criterion, blocks, whole plots within them, earlier runs, fixed rows, centre points, no replicates, a list. */
function requestOf(random: () => number): DesignRequest {
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const chance = (share: number): boolean => random() < share;
  const split = (rows: number, groups: number): number[] => Array.from({ length: groups }, (_, g) => Math.floor(rows / groups) + Number(g < rows % groups));
  const mixture = chance(0.2);
  const factors = Array.from({ length: 2 + Math.floor(random() * 3) }, (_, k): DesignFactor => {
    const name = 'ABCDE'.charAt(k);
    if (mixture && k < 3) return { kind: 'mixture', name, low: 0, high: 1 };
    if (chance(0.2)) return { kind: 'categorical', name, levels: ['x', 'y', 'z'] };
    return chance(0.25) ? { kind: 'continuous', name, low: -1, high: 1 } : { kind: 'discrete', name, levels: [-1, 0, 1] };
  });
  const model = presetTerms(pick(['main', 'interactions'] as const), factors.map(({ name, kind }) => ({ name, categorical: kind === 'categorical', distinct: 3, share: kind === 'mixture' })));
  const row = (): Settings => Object.fromEntries(factors.map((factor) => [factor.name, 'levels' in factor ? pick<number | string>(factor.levels) : factor.kind === 'mixture' ? 1 / 3 : Number((2 * random() - 1).toFixed(2))]));
  const rows = (most: number): Settings[] => Array.from({ length: 1 + Math.floor(random() * most) }, row);
  const runs = model.terms.length * 2 + 6 + Math.floor(random() * 6);
  const blocks = chance(0.5) ? split(runs, 2) : null;
  const hard = factors.find(({ kind }) => kind !== 'mixture');
  const listed = Array.from({ length: 12 + Math.floor(random() * 20) }, row);
  return {
    factors, model, runs, criterion: pick(criteria),
    ...(blocks && { blocks: { sizes: blocks, effect: pick(['fixed', 'random'] as const), varianceRatio: pick([0.5, 3]) } }),
    ...(hard && chance(0.5) && { wholePlots: { factors: [hard.name], sizes: (blocks ?? [runs]).flatMap((size) => split(size, Math.max(2, Math.floor(size / 3)))), varianceRatio: pick([0.5, 2]) } }),
    ...(chance(0.3) && { history: rows(4) }), ...(chance(0.3) && { fixed: rows(3) }), ...(chance(0.2) && { centrePoints: 1 }), ...(chance(0.15) && { replicates: 'distinct' as const }),
    ...(!mixture && chance(0.3) && { candidates: Object.fromEntries(factors.map(({ name }) => [name, listed.map((one) => one[name] as number | string)])) }),
  };
}

test(`whatever is combined with whatever, the score of a search is that of its rows, which are allowed and share what their plots have (seed ${seed})`, async () => {
  const random = uniform(seed);
  let searched = 0;
  for (let draw = 0; draw < draws; draw++) {
    const request = requestOf(random);
    let plan: DesignPlan;
    try {
      plan = planDesign(request);
    } catch (error) {
      assert.ok(error instanceof Fault && error.code.startsWith('design_'), `draw ${draw}: ${String(error)}`);
      continue;
    }
    const { scores, best, cells } = searchBlock(placePlan(await freshKernels(), plan), seed, 0, 2);
    const score = scores[best] as number;
    if (score === -Infinity) continue;
    searched += 1;
    const points = pointsOf(plan, cells);
    const again = scoreOfRows(plan, points);
    assert.ok(Math.abs(again - score) < 1e-8 * Math.max(1, Math.abs(again)), `draw ${draw}: ${score}, rows ${again}`);
    for (const { shared, groupOf } of plan.strata ?? []) for (const k of shared) points.forEach((point, i) => assert.equal(point[k], points[groupOf.indexOf(groupOf[i] as number)]?.[k], `draw ${draw}, row ${i}`));
    assert.ok(points.every((point) => isAllowed(plan.region, point)), `draw ${draw}`);
  }
  assert.ok(searched > draws / 2, `${searched} of ${draws}`);
});
