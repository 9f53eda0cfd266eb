// Micro-benchmark of least squares: node bench/kernels/least-squares.ts [--quick]
// Prints the best of several runs, GFLOP/s against 2 n p² (the flops of one QR), and the ratio to two floors measured on this machine:
// the flops at the speed of an in-cache f64x2 multiply-add, and one streaming read of X.
import { arch, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { instantiate, KernelMemory, leastSquares, leastSquaresBytes, loadKernels } from '../../kernels/index.ts';
import type { Kernels, LeastSquaresInput } from '../../kernels/index.ts';

const { values: options } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });

/** Peak of two-lane wasm SIMD without fused multiply-add on the reference machine (GFLOP/s); see docs of the GEMM kernel. */
const SIMD_PEAK = 26;

interface Case { name: string; n: number; p: number; mode: 'auto' | 'exact' | 'fast'; diagnostics: boolean; runs: number }

const cases: Case[] = [
  { name: 'ols 165x36 full', n: 165, p: 36, mode: 'auto', diagnostics: true, runs: 20 },
  { name: 'ols 1000x10 full', n: 1000, p: 10, mode: 'auto', diagnostics: true, runs: 50 },
  { name: 'ols 1000x10 fast full', n: 1000, p: 10, mode: 'fast', diagnostics: true, runs: 50 },
  { name: 'ols 100000x100 inference', n: 100_000, p: 100, mode: 'auto', diagnostics: false, runs: 3 },
  { name: 'ols 100000x100 full', n: 100_000, p: 100, mode: 'auto', diagnostics: true, runs: 3 },
  ...(options.quick ? [] : [{ name: 'ols 20000x50 exact', n: 20_000, p: 50, mode: 'exact', diagnostics: true, runs: 3 } as const]),
];

/** Numerical Recipes' LCG: cheap, the same everywhere. */
function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
}

function generate(kernels: Kernels, { n, p, mode, diagnostics }: Case): LeastSquaresInput & { x: Float64Array } {
  const next = uniform(1);
  const x = kernels.memory.allocFloat64(n * p);
  const y = kernels.memory.allocFloat64(n);
  const columns = kernels.memory.float64(x.byteOffset, n * p).fill(1, 0, n);
  for (let i = n; i < n * p; i++) columns[i] = next();
  for (let i = 0; i < n; i++) {
    y[i] = next();
    for (let j = 0; j < p; j++) y[i] = (y[i] as number) + (columns[j * n + i] as number) * (j % 7);
  }
  return { x: columns, y, n, p, intercept: true, mode, diagnostics };
}

/** Best seconds of one streaming pass over the same array. */
function readFloor(x: Float64Array): number {
  let best = Infinity;
  for (let run = 0; run < 3; run++) {
    const started = performance.now();
    let a = 0, b = 0, c = 0, d = 0;
    for (let i = 0; i + 3 < x.length; i += 4) {
      a += x[i] as number; b += x[i + 1] as number; c += x[i + 2] as number; d += x[i + 3] as number;
    }
    best = Math.min(best, (performance.now() - started) / 1000);
    if (Number.isNaN(a + b + c + d)) throw new Error('unreachable: keeps the loop alive');
  }
  return best;
}

const module = await loadKernels();
console.log(`${cpus()[0]?.model ?? arch()} · node ${process.version}`);
console.log('case                          wall ms    cpu ms  GFLOP/s  ×flop floor  ×read floor  mode   steps');
for (const one of cases) {
  const bytes = 8 * one.n * (one.p + 1) + leastSquaresBytes(one.n, one.p, one.mode) + 2 ** 20;
  const kernels = await instantiate(module, KernelMemory.create({ initialBytes: bytes, maximumBytes: Math.max(bytes * 2, 2 ** 24) }));
  const input = generate(kernels, one);
  let wall = Infinity;
  let cpu = Infinity;
  let result = leastSquares(kernels, input);
  for (let run = 0; run < one.runs; run++) {
    const before = process.cpuUsage();
    const started = performance.now();
    result = leastSquares(kernels, input);
    wall = Math.min(wall, (performance.now() - started) / 1000);
    const used = process.cpuUsage(before);
    cpu = Math.min(cpu, (used.user + used.system) / 1e6);
  }
  const flops = 2 * one.n * one.p ** 2;
  const cells = [
    one.name.padEnd(26), (wall * 1e3).toFixed(2).padStart(10), (cpu * 1e3).toFixed(2).padStart(9), (flops / wall / 1e9).toFixed(2).padStart(8),
    (wall / (flops / (SIMD_PEAK * 1e9))).toFixed(1).padStart(12), (wall / readFloor(input.x)).toFixed(1).padStart(12), ` ${result.mode}`, String(result.refinementSteps).padStart(6),
  ];
  console.log(cells.join(' '));
}
