import { areas } from './auc.ts';
import { memory } from './memory.ts';
import { quality } from './quality.ts';
import { small } from './small.ts';
import { threads } from './threads.ts';
import { cachedFile } from '../../generators/cache.ts';
import { collisions, friedman } from '../../generators/trees.ts';
import type { TreeProblem } from '../../generators/trees.ts';
import { contest, inProcess, peerProcess, type Case, type Contestant, type Suite } from '../../harness/index.ts';
import { instantiate, KernelMemory, loadKernels } from '../../../kernels/index.ts';
import { binRows, boost, findBins, growForest, predictScores } from '../../../kernels/trees/index.ts';
import type { Matrix } from '../../../kernels/trees/index.ts';

interface Shape { name: string; task: 'boost' | 'forest'; objective: 'logistic' | 'squared'; n: number; trees: number; leaves: number; make: (n: number) => TreeProblem<Float64Array | Int32Array> }

const shapes: readonly Shape[] = [
  { name: 'boost-n1k', task: 'boost', objective: 'logistic', n: 1_000, trees: 100, leaves: 255, make: collisions },
  { name: 'boost-n100k', task: 'boost', objective: 'logistic', n: 100_000, trees: 100, leaves: 255, make: collisions },
  { name: 'boost-n1m', task: 'boost', objective: 'logistic', n: 1_000_000, trees: 100, leaves: 255, make: collisions },
  { name: 'boost-small', task: 'boost', objective: 'squared', n: 800, trees: 500, leaves: 31, make: friedman },
  { name: 'forest-n1k', task: 'forest', objective: 'squared', n: 1_000, trees: 100, leaves: 0, make: friedman },
  { name: 'forest-n100k', task: 'forest', objective: 'squared', n: 100_000, trees: 100, leaves: 0, make: friedman },
];

const cases: readonly Case[] = shapes.map((shape) => ({
  name: shape.name,
  about: shape.task === 'boost' ? `${shape.trees} trees of ${shape.leaves} leaves on ${shape.n.toLocaleString('en')} rows, raw matrix to model, one thread` : `random forest of ${shape.trees} trees to purity, 4 features a node, on ${shape.n.toLocaleString('en')} rows, one thread`,
  async run(setting) {
    const n = setting.quick ? Math.min(shape.n, 2_000) : shape.n;
    const trees = setting.quick ? Math.min(shape.trees, 20) : shape.trees;
    const problem = shape.make(n);
    const y = Float64Array.from(problem.y);
    const file = await cachedFile(setting.cache, `${shape.make.name}_${n}.f32f64`, () => [new Uint8Array(problem.x.buffer), new Uint8Array(y.buffer)]);
    const args = (peer: string): (string | number)[] => [shape.task, peer, shape.objective, file, n, problem.p, trees, shape.leaves];
    const peers = shape.task === 'boost' ? ['lightgbm', 'xgboost', 'sklearn'] : ['sklearn'];
    return contest(setting, {
      ours: () => ours(shape, problem, y, trees),
      peers: peers.map((peer) => () => peerProcess(peer, 'trees.py', args(peer), setting.threads)),
      // other bins and other draws: the fit agrees as far as the learners are the same
      tolerances: shape.task === 'boost' ? { loss: 0.3, trees: 0 } : { nodes: 0.05 },
    });
  },
}));

async function ours({ task, objective, leaves }: Shape, { x, n, p }: TreeProblem<Float64Array | Int32Array>, y: Float64Array, trees: number): Promise<Contestant> {
  const kernels = await instantiate(await loadKernels(), KernelMemory.create({}));
  const matrix: Matrix = { values: x, rows: n, columns: p, order: 'row-major' };
  return inProcess('zerosec', process.version, () => {
    const mark = kernels.memory.mark();
    try {
      const rows = binRows(kernels, findBins(kernels, matrix), matrix);
      return task === 'boost' ? boost(kernels, { rows, y }, { objective, numIterations: trees, numLeaves: leaves }).ensemble : growForest(kernels, rows, y, { nEstimators: trees, maxFeatures: { count: 4 } }).ensemble;
    } finally {
      kernels.memory.release(mark);
    }
  }, (ensemble): Record<string, number> => {
    if (task === 'forest') return { nodes: ensemble.left.length };
    const scores = predictScores(kernels, ensemble, matrix);
    const losses = scores.map((s, i) => (objective === 'logistic' ? Math.max(s, 0) + Math.log1p(Math.exp(-Math.abs(s))) - (y[i] as number) * s : (s - (y[i] as number)) ** 2));
    return { loss: losses.reduce((sum, loss) => sum + loss, 0) / n, trees: ensemble.roots.length - 1 };
  });
}

export const trees: Suite = { name: 'trees', about: 'boosting and forests beside LightGBM, XGBoost and scikit-learn', cases: [...cases, ...areas, small, threads, memory, quality] };
