// Micro-benchmark of logistic regression: node bench/kernels/logistic.ts
// The workload of the peers' pages: 100,000 x 50, AR(1) columns. Best CPU of several runs beside the peers' recorded CPU (one thread, reference machine).
import { instantiate, KernelMemory, loadKernels, logistic } from '../../kernels/index.ts';
import type { LogisticFit } from '../../kernels/index.ts';
import { bell } from '../generators/counter.ts';

const n = 100_000;
const p = 50;
const memory = KernelMemory.create({ maximumBytes: 2 ** 28 });
const kernels = await instantiate(await loadKernels(), memory);
const x = memory.alloc(8 * n * p);
const y = memory.alloc(8 * n);
for (let i = 0; i < n; i++) {
  let value = -0.3;
  let before = 0;
  for (let j = 0; j < p; j++) {
    const z = bell(201, i * p + j);
    before = j ? 0.5 * before + 0.8660254037844386 * z : z;
    memory.float64(x, n * p)[j * n + i] = before;
    value += (before * (((7 * j) % 11) - 5)) / 10;
  }
  memory.float64(y, n)[i] = value + 1.7 * bell(202, i) > 0 ? 1 : 0;
}

const cases = [
  { name: 'fit + standard errors, ridge 1', options: { ridge: 1, diagnostics: false }, peers: 'sklearn newton-cholesky 217 ms (no standard errors)' },
  { name: 'fit + standard errors', options: { diagnostics: false, separation: false }, peers: 'statsmodels 572 ms, R glm 1170 ms' },
  { name: '… + separation test', options: { diagnostics: false }, peers: '' },
  { name: '… + leverage, residuals, Cook', options: {}, peers: '' },
];
console.log('case                              cpu ms  iterations  deviance/2   coef 1       peers');
for (const { name, options, peers } of cases) {
  let best = Infinity;
  let result = logistic(kernels, { x, y, n, p, ...options }) as LogisticFit;
  for (let run = 0; run < 6; run++) {
    const before = process.cpuUsage();
    result = logistic(kernels, { x, y, n, p, ...options }) as LogisticFit;
    const used = process.cpuUsage(before);
    best = Math.min(best, (used.user + used.system) / 1e3);
  }
  console.log([name.padEnd(32), best.toFixed(0).padStart(7), String(result.iterations).padStart(10), (result.deviance / 2).toFixed(3).padStart(12), (result.coefficients[1] as number).toFixed(9).padStart(13), ` ${peers}`].join(' '));
}
