import { readFile } from 'node:fs/promises';
import { KernelError } from './errors.ts';
import { staleKernels } from './freshness.ts';
import type { KernelMemory } from './memory.ts';

type Kernel = (...sizesAndPointers: number[]) => number;

/** The raw exports: pointers in bytes, sizes in elements. Documented in kernels/assembly/, called only by the bindings. */
export interface KernelExports {
  readonly columnScales: Kernel;
  readonly factor: Kernel;
  readonly factorWorkspace: Kernel;
  readonly invertUpper: Kernel;
  readonly solveUpper: Kernel;
  readonly solveUpperTransposed: Kernel;
  readonly crossInverse: Kernel;
  readonly residuals: Kernel;
  readonly residualsWorkspace: Kernel;
  readonly leverageExact: Kernel;
  readonly leverageExactWorkspace: Kernel;
  readonly leverageFast: Kernel;
  readonly leverageFastWorkspace: Kernel;
  readonly reduceRows: Kernel;
  readonly reduceRowsWorkspace: Kernel;
  readonly combineTriangles: Kernel;
  readonly crossProductExact: Kernel;
  readonly correctTriangle: Kernel;
  readonly influenceExact: Kernel;
  readonly orthonormalWorkspace: Kernel;
  readonly multiplyRows: Kernel;
  readonly multiplyRowsWorkspace: Kernel;
  readonly scaleRows: Kernel;
  readonly gatherRows: Kernel;
  readonly gram: Kernel;
  readonly gramWorkspace: Kernel;
  readonly cholesky: Kernel;
  readonly squares: Kernel;
  readonly leaveOneOutSums: Kernel;
  readonly designProblemBytes: Kernel;
  readonly designFactorBytes: Kernel;
  readonly designSearchBytes: Kernel;
  readonly designOutcome: Kernel;
  readonly designRandomStart: Kernel;
  readonly designGivenStart: Kernel;
  readonly designImprove: Kernel;
  readonly columnSums: Kernel;
  readonly crossProducts: Kernel;
  readonly crossProductsWorkspace: Kernel;
  readonly elasticNetPath: Kernel;
  readonly elasticNetPathWorkspace: Kernel;
  readonly designListBytes: Kernel;
  readonly designWalkBytes: Kernel;
  readonly designWalkStart: Kernel;
  readonly designWalkImprove: Kernel;
  readonly designWalkOutcome: Kernel;
  readonly linearPredictor: Kernel;
  readonly weightedLeverage: Kernel;
  readonly weightedLeverageWorkspace: Kernel;
  readonly treeBin: Kernel;
  readonly treeDistinct: Kernel;
  readonly treeSort: Kernel;
  readonly treeSortWorkspace: Kernel;
  readonly treeGradients: Kernel;
  readonly treeLoss: Kernel;
  readonly treeSoftmaxGradients: Kernel;
  readonly treeSoftmaxLoss: Kernel;
  readonly treeAddScores: Kernel;
  readonly treeAdvance: Kernel;
  readonly treeFill: Kernel;
  readonly treeFillTravelling: Kernel;
  readonly treeFinish: Kernel;
  readonly treeBootstrap: Kernel;
  readonly treeFeatures: Kernel;
  readonly treeSampleRows: Kernel;
  readonly treeGrowBytes: Kernel;
  readonly treeNodeBytes: Kernel;
  readonly treeGrow: Kernel;
  readonly treeSparseBytes: Kernel;
  readonly treeCountLeftOut: Kernel;
  readonly treeExport: Kernel;
  readonly treeWalkAdd: Kernel;
  readonly treePredict: Kernel;
  readonly treeShapley: Kernel;
}

/** An instance of the module on a memory; `memory` is also where bindings take scratch from (and give it back). */
export interface Kernels {
  readonly exports: KernelExports;
  readonly memory: KernelMemory;
}

const MODULE_URL = new URL('../build/kernels.wasm', import.meta.url);
let compiled: Promise<WebAssembly.Module> | undefined;

/** Compiles build/kernels.wasm, once per process. The module can be posted to threads. Throws kernels_not_built. */
export function loadKernels(): Promise<WebAssembly.Module> {
  compiled ??= compile();
  return compiled;
}

async function compile(): Promise<WebAssembly.Module> {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = new Uint8Array(await readFile(MODULE_URL));
  } catch {
    compiled = undefined;
    throw new KernelError('kernels_not_built', 'build/kernels.wasm is missing: run `npm run build:kernels`');
  }
  return WebAssembly.compile(bytes);
}

/**
 * Puts the kernels on a memory. One instance per thread; instances share nothing but the memory. A kernel that the module
 * does not have throws kernels_stale where it is first asked for.
 */
export async function instantiate(module: WebAssembly.Module, memory: KernelMemory): Promise<Kernels> {
  const instance = await WebAssembly.instantiate(module, { env: { memory: memory.memory, abort: trap } });
  return { exports: withGuard(instance.exports), memory };
}

/** Its traps are reached for names only that the module does not have: calls of kernels pay nothing. */
const guard: object = new Proxy({}, {
  get(_, name) {
    // symbols and `then` are asked for by the language itself
    if (typeof name === 'symbol' || name === 'then' || name === 'toJSON') return undefined;
    throw staleKernels(`build/kernels.wasm has no kernel ${name}`);
  },
});

function withGuard(exports: WebAssembly.Exports): KernelExports {
  return Object.assign(Object.create(guard) as object, exports) as unknown as KernelExports;
}

/** Kernels never abort; the import exists only if the compiler emitted it. */
function trap(): never {
  throw new KernelError('kernel_domain', 'a kernel aborted');
}
