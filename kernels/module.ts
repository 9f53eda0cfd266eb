import { readFile } from 'node:fs/promises';
import { KernelError } from './errors.ts';
import { staleKernels } from './freshness.ts';
import type { KernelMemory } from './memory.ts';
import type { LeastSquaresExports } from './least-squares/exports.ts';
import type { GramExports } from './gram/exports.ts';
import type { RidgeExports } from './ridge/exports.ts';
import type { DesignExports } from './design/exports.ts';
import type { ElasticNetExports } from './elastic-net/exports.ts';
import type { LogisticExports } from './logistic/exports.ts';
import type { TreesExports } from './trees/exports.ts';
import type { NearestExports } from './nearest-neighbours/exports.ts';
import type { LatticeExports } from './lattice/exports.ts';
import type { ParetoExports } from './pareto/exports.ts';
import type { GaussianProcessExports } from './gaussian-process/exports.ts';

/** The raw exports of all families; each family lists its own in its exports.ts. */
export interface KernelExports extends
  LeastSquaresExports,
  GramExports,
  RidgeExports,
  DesignExports,
  ElasticNetExports,
  LogisticExports,
  TreesExports,
  GaussianProcessExports,
  ParetoExports,
  NearestExports,
  LatticeExports {}

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

/** The instance that this thread used last, as long as nothing else wants its memory: making one costs half a millisecond, as much as many a task. */
let latest: { id: string; exports: WeakRef<KernelExports> } | undefined;

/**
 * Puts the kernels on a memory. One instance per thread and memory, kept for the next task (kernels keep no state); instances share nothing but the
 * memory. A kernel that the module does not have throws kernels_stale where it is first asked for.
 */
export async function instantiate(module: WebAssembly.Module, memory: KernelMemory): Promise<Kernels> {
  const { id } = memory;
  const known = id !== undefined && latest?.id === id ? latest.exports.deref() : undefined;
  if (known !== undefined) return { exports: known, memory };
  const instance = await WebAssembly.instantiate(module, { env: { memory: memory.memory, abort: trap } });
  const exports = withGuard(instance.exports);
  if (id !== undefined) latest = { id, exports: new WeakRef(exports) };
  return { exports, memory };
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
