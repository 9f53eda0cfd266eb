import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frontOf, patternsOf, runPattern, type Objective } from '../../../cluster/nonlinear/pareto/fronts.ts';
import { instantiate, KernelMemory, loadKernels } from '../../../kernels/index.ts';
import { randomStream } from '../../../kernels/random/index.ts';

const kernels = await instantiate(await loadKernels(), KernelMemory.create());
const objective = (name: string, values: readonly number[], aim: Objective['aim'] = 'min'): Objective => ({ name, column: name, aim, values: Float64Array.from(values) });
const all = (n: number): Int32Array => Int32Array.from({ length: n }, (_, i) => i);

test('(1,1) dominates (2,2): the front of the original was inverted', () => {
  assert.deepEqual([...frontOf(kernels, [objective('a', [2, 1]), objective('b', [2, 1])], all(2))], [1]);
  assert.deepEqual([...frontOf(kernels, [objective('a', [2, 1], 'max'), objective('b', [2, 1], 'max')], all(2))], [0]);
});

test('min, max, target and range agree with brute force on 300 points with ties', () => {
  const draw = randomStream(8, 1);
  const columns = Array.from({ length: 4 }, () => Array.from({ length: 300 }, () => Math.round(draw() * 12)));
  const objectives = [objective('a', columns[0]!), objective('b', columns[1]!, 'max'), objective('c', columns[2]!, { target: 6 }), objective('d', columns[3]!, { low: 3, high: 5 })];
  const loss = [(v: number) => v, (v: number) => -v, (v: number) => Math.abs(v - 6), (v: number) => (v < 3 ? 3 - v : v > 5 ? v - 5 : 0)];
  const cost = (i: number): number[] => columns.map((column, k) => loss[k]!(column[i]!));
  const dominates = (p: number[], q: number[]): boolean => p.every((v, k) => v <= q[k]!) && p.some((v, k) => v < q[k]!);
  const brute = [...all(300)].filter((i) => ![...all(300)].some((j) => dominates(cost(j), cost(i))));
  assert.deepEqual([...frontOf(kernels, objectives, all(300))], brute);
});

test('the patterns of the original: its folders and files, each step a front of what the step before left', () => {
  const patterns = patternsOf(['摩耗量', '切削時間', '上面ダレ量', '側面ダレ量']);
  const paths = patterns.map(({ path }) => path);
  for (const path of ['pattern_lexi_pri_摩耗量_切削時間/lexi_pri_摩耗量_切削時間', 'pattern_B1_3to2_must_切削時間_摩耗量/triplet_上面ダレ量__2D_切削時間_摩耗量', 'pattern_B2_3to2_must_摩耗量/triplet_上面ダレ量_側面ダレ量__2D_摩耗量_上面ダレ量']) assert.ok(paths.includes(path), path);
  assert.equal(paths.filter((path) => path.startsWith('pattern_C')).length, 5);
  assert.equal(new Set(paths).size, paths.length);
  const draw = randomStream(9, 2);
  const objectives = ['摩耗量', '切削時間', '上面ダレ量', '側面ダレ量'].map((name) => objective(name, Array.from({ length: 200 }, () => draw())));
  const lexi = patterns[0]!;
  const first = frontOf(kernels, objectives.slice(0, 2), all(200));
  assert.deepEqual([...runPattern(kernels, lexi, objectives, all(200))], [...frontOf(kernels, objectives.slice(2), first)]);
  assert.deepEqual(patternsOf(['p', 'q', 'r']).map(({ path }) => path), ['pattern_C_2to2_pairs/2D_p_q', 'pattern_C_2to2_pairs/2D_p_r', 'pattern_C_2to2_pairs/2D_q_r']);
});
