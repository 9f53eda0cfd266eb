// Micro-benchmark of the elastic net: node bench/kernels/elastic-net.ts [--quick]
// The workloads of the peers' pages: X with AR(1) columns, ten true coefficients, 100 penalties over three decades, 5 contiguous folds, not standardised.
// Prints the best CPU of several runs with the peers' recorded CPU (one thread, reference machine), and how the time splits.
import { parseArgs } from 'node:util';
import { elasticNet, elasticNetCv, instantiate, KernelMemory, loadKernels } from '../../kernels/index.ts';
import { bell } from '../generators/counter.ts';

const { values: options } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });

interface Case { n: number; l1Ratio: number; sklearnMilliseconds: number; runs: number }
const p = 100;
const cases: Case[] = [
  { n: 10_000, l1Ratio: 1, sklearnMilliseconds: 134, runs: 15 },
  { n: 10_000, l1Ratio: 0.5, sklearnMilliseconds: 142, runs: 15 },
  ...(options.quick ? [] : [{ n: 100_000, l1Ratio: 1, sklearnMilliseconds: 1400, runs: 5 }]),
];

function generate(memory: KernelMemory, n: number): { x: number; y: number } {
  const x = memory.alloc(8 * n * p);
  const y = memory.alloc(8 * n);
  const columns = memory.float64(x, n * p);
  const response = memory.float64(y, n);
  for (let i = 0; i < n; i++) {
    let value = 0.7;
    let before = 0;
    for (let j = 0; j < p; j++) {
      const z = bell(111, i * p + j);
      before = j ? 0.5 * before + 0.8660254037844386 * z : z;
      columns[j * n + i] = before;
      if (j % 10 === 0) value += before * ((j / 10) % 2 ? -1 : 1) * (1 + j / 50);
    }
    response[i] = value + 3 * bell(112, i);
  }
  return { x, y };
}

function best<T>(runs: number, work: () => T): { milliseconds: number; result: T } {
  let milliseconds = Infinity;
  let result = work();
  for (let run = 0; run < runs; run++) {
    const before = process.cpuUsage();
    result = work();
    const used = process.cpuUsage(before);
    milliseconds = Math.min(milliseconds, (used.user + used.system) / 1e3);
  }
  return { milliseconds, result };
}

const module = await loadKernels();
console.log('case                      cv cpu ms  path cpu ms  sklearn CV ms  ratio   lambda_min  cv mse   non-zero  sweeps');
for (const { n, l1Ratio, sklearnMilliseconds, runs } of cases) {
  const kernels = await instantiate(module, KernelMemory.create({ maximumBytes: 2 ** 29 }));
  const { x, y } = generate(kernels.memory, n);
  const folds = Int32Array.from({ length: n }, (_, i) => Math.floor((i * 5) / n));
  const input = { x, y, n, p, l1Ratio, lambdaRatio: 1e-3, standardise: false };
  const cv = best(runs, () => elasticNetCv(kernels, { ...input, folds }));
  const path = best(runs, () => elasticNet(kernels, input));
  const { result } = cv;
  console.log([
    `${l1Ratio === 1 ? 'lasso' : 'elastic net'} ${n}x${p}`.padEnd(24), cv.milliseconds.toFixed(1).padStart(10), path.milliseconds.toFixed(1).padStart(12),
    String(sklearnMilliseconds).padStart(14), (cv.milliseconds / sklearnMilliseconds).toFixed(3).padStart(6), result.lambdaMin.toPrecision(6).padStart(12),
    (result.meanErrors[result.indexMin] as number).toFixed(5).padStart(8), String(result.path.degreesOfFreedom[result.indexMin]).padStart(9),
    String(result.path.sweeps.reduce((a, b) => a + b, 0)).padStart(7),
  ].join(' '));
}
