import { contest, inProcess, type Case, type Contestant } from '../../harness/index.ts';
import { logisticProblem, olsProblem, sparseProblem, toColumns, type Problem } from '../../generators/tables.ts';
import { ThreadPool } from '../../../cluster/job/pool.ts';
import { binaryBytes, fitBinaryInTasks, type BinaryTask } from '../../../cluster/linear/binary/fit.ts';
import { describe, dissect, type Anatomy } from './anatomy.ts';
import type { Design } from '../../../cluster/linear/design.ts';
import { fitInBlocks } from '../../../cluster/linear/fit.ts';
import { crossValidateInTasks, heldBytes, moveColumn, sumBytes, type ColumnMove, type GramPiece, type PenaltyAsk, type PenaltyFit } from '../../../cluster/linear/penalty/index.ts';
import { spread } from '../../../cluster/linear/spread.ts';
import {
  gramTask, instantiate, KernelMemory, leastSquaresBlockBytes, leastSquaresBytes, leastSquaresRowValues, loadKernels, logisticRowValues, logisticTaskBytes, runLeastSquaresBlock, runLogisticTask, solvePathPiece,
  type LeastSquaresBlock, type LogisticTask, type PassAnswer, type PathAnswer, type PathPiece,
} from '../../../kernels/index.ts';

/** Wall of one thread over wall of two. Only a machine with two idle cores can show it. */
const bar = 1.6;

interface Work {
  name: string;
  about: string;
  problem: (quick: boolean) => Problem<Float64Array | Int32Array>;
  open: (problem: Problem<Float64Array | Int32Array>, threads: number) => Promise<Contestant>;
  anatomy: (problem: Problem<Float64Array | Int32Array>) => Promise<Anatomy>;
}

const works: readonly Work[] = [
  { name: 'threads-ols', about: 'OLS 100,000 × 100 with inference and row diagnostics', problem: (quick) => olsProblem(quick ? 20_000 : 100_000, 100), open: leastSquaresOn, anatomy: leastSquaresAlone },
  { name: 'threads-lasso', about: 'lasso 100,000 × 100: path of 100 penalties, 5 folds, least squares on what stays', problem: (quick) => sparseProblem(quick ? 20_000 : 100_000, 100), open: lassoOn, anatomy: lassoAlone },
  { name: 'threads-logistic', about: 'logistic 100,000 × 50 with inference and row diagnostics', problem: (quick) => logisticProblem(quick ? 20_000 : 100_000, 50), open: logisticOn, anatomy: logisticAlone },
];

/** Large fits through the job's own pool, two threads beside one. */
export const threadCases: readonly Case[] = works.map(({ name, about, problem, open, anatomy }) => ({
  name,
  about: `${about}: the job's pool with two threads (ours) beside one, same bytes; bar ${bar}× wall`,
  async run(setting) {
    const data = problem(setting.quick);
    const answer = await contest(setting, { ours: () => open(data, 2), peers: [() => open(data, 1)], tolerances: { coefficients: 0, standard_errors: 0 } });
    const { ours_s: two, peer_s: one } = answer.comparisons[0] ?? {};
    const ratio = (one ?? NaN) / (two ?? NaN);
    return { ...answer, details: [describe(await anatomy(data)), `wall of one thread / of two: ${ratio.toFixed(2)}, bar ${bar} (${ratio >= bar ? 'met' : 'missed, or the cores were not idle'})`] };
  },
}));

async function leastSquaresOn(problem: Problem<Float64Array | Int32Array>, threads: number): Promise<Contestant> {
  const { n, p } = problem;
  const { memory, design } = placed(problem, leastSquaresBytes(n, p + 1, 'auto') + 8 * leastSquaresRowValues(n) + threads * 2 * leastSquaresBlockBytes(p + 1));
  const { pool, module } = await opened(threads);
  const slab = memory.slab(leastSquaresBytes(n, p + 1, 'auto'));
  const place = memory.float64(memory.alloc(8 * leastSquaresRowValues(n)), leastSquaresRowValues(n));
  const slabs = Array.from({ length: threads }, () => memory.slab(leastSquaresBlockBytes(p + 1) + 65_536));
  const work = () => fitInBlocks({ module, slab, design, confidence: 0.95 }, place, (blocks) => spread('fitBlocks', { pool, module, slabs }, blocks));
  return inProcess(nameOf(threads), process.version, work, ({ coefficients, standardErrors }) => ({ coefficients: [...coefficients], standard_errors: [...standardErrors] }), () => pool.close());
}

async function logisticOn(problem: Problem<Float64Array | Int32Array>, threads: number): Promise<Contestant> {
  const { n, p } = problem;
  const { memory, design } = placed(problem, binaryBytes(n, p + 1) + 8 * logisticRowValues(n) + threads * 2 * logisticTaskBytes(p));
  const { pool, module } = await opened(threads);
  const slab = memory.slab(binaryBytes(n, p + 1));
  const place = memory.float64(memory.alloc(8 * logisticRowValues(n)), logisticRowValues(n));
  const slabs = Array.from({ length: threads }, () => memory.slab(logisticTaskBytes(p)));
  const work = () => fitBinaryInTasks({ module, slab, design, ...binaryAsked }, place, (tasks) => spread('fitLogisticTasks', { pool, module, slabs }, tasks));
  return inProcess(nameOf(threads), process.version, work, (answer) => {
    if (answer.kind !== 'fit') throw new Error(`no fit: ${answer.kind}`);
    return { coefficients: [...answer.fit.coefficients], standard_errors: [...answer.fit.standardErrors] };
  }, () => pool.close());
}

async function leastSquaresAlone(problem: Problem<Float64Array | Int32Array>): Promise<Anatomy> {
  const { n, p } = problem;
  const { memory, design } = placed(problem, leastSquaresBytes(n, p + 1, 'auto') + 8 * leastSquaresRowValues(n) + 2 * leastSquaresBlockBytes(p + 1));
  const module = await loadKernels();
  const place = memory.float64(memory.alloc(8 * leastSquaresRowValues(n)), leastSquaresRowValues(n));
  const slab = memory.slab(leastSquaresBytes(n, p + 1, 'auto'));
  const own = await instantiate(module, KernelMemory.attach(memory.slab(leastSquaresBlockBytes(p + 1) + 65_536)));
  return dissect<LeastSquaresBlock, void>((run) => fitInBlocks({ module, slab, design, confidence: 0.95 }, place, run), (block) => runLeastSquaresBlock(own, block));
}

async function logisticAlone(problem: Problem<Float64Array | Int32Array>): Promise<Anatomy> {
  const { n, p } = problem;
  const { memory, design } = placed(problem, binaryBytes(n, p + 1) + 8 * logisticRowValues(n) + 2 * logisticTaskBytes(p));
  const module = await loadKernels();
  const place = memory.float64(memory.alloc(8 * logisticRowValues(n)), logisticRowValues(n));
  const slab = memory.slab(binaryBytes(n, p + 1));
  const own = await instantiate(module, KernelMemory.attach(memory.slab(logisticTaskBytes(p))));
  return dissect<LogisticTask, PassAnswer>((run) => fitBinaryInTasks({ module, slab, design, ...binaryAsked }, place, run), (task) => runLogisticTask(own, task));
}

const binaryAsked: Pick<BinaryTask, 'options' | 'covariance'> = { options: { link: 'logit', firth: 'auto', confidence: 0.95 }, covariance: { kind: 'hc0', cluster: null } };

async function lassoOn(problem: Problem<Float64Array | Int32Array>, threads: number): Promise<Contestant> {
  const { memory, design, ask, finishing } = placedLasso(problem, threads);
  const { pool, module } = await opened(threads);
  const held = memory.slab(heldBytes(design) + sumBytes(design, ask));
  const slabs = Array.from({ length: threads }, () => memory.slab(pathBytes));
  const driver = memory.slab(finishing);
  const work = () => crossValidateInTasks({ module, slab: held, design, ask }, {
    grams: (pieces) => spread('sumGrams', { pool, module, slabs }, pieces),
    paths: (pieces) => spread('solvePaths', { pool, module, slabs }, pieces),
    ridge: () => Promise.resolve(null),
    refit: { slab: driver, moves: (moves) => spread('moveColumns', { pool, module, slabs }, moves), blocks: (pieces) => spread('fitBlocks', { pool, module, slabs }, pieces) },
  }, true);
  return inProcess(nameOf(threads), process.version, work, ({ used, refit }) => ({ coefficients: [...used.coefficients], standard_errors: [...refit?.standardErrors ?? []].filter(Number.isFinite) }), () => pool.close());
}

async function lassoAlone(problem: Problem<Float64Array | Int32Array>): Promise<Anatomy> {
  const { memory, design, ask, finishing } = placedLasso(problem, 1);
  const module = await loadKernels();
  const [held, driver] = [memory.slab(heldBytes(design) + sumBytes(design, ask)), memory.slab(finishing)];
  const own = await instantiate(module, KernelMemory.attach(memory.slab(pathBytes)));
  type Piece = GramPiece | PathPiece | ColumnMove | LeastSquaresBlock;
  const fit = (run: (pieces: readonly Piece[]) => Promise<unknown[]>): Promise<PenaltyFit> => crossValidateInTasks({ module, slab: held, design, ask }, {
    grams: run as (pieces: GramPiece[]) => Promise<Float64Array[]>,
    paths: run as (pieces: readonly PathPiece[]) => Promise<PathAnswer[]>,
    ridge: () => Promise.resolve(null),
    refit: { slab: driver, moves: run, blocks: run },
  }, true);
  return dissect<Piece, unknown>(fit, (piece) => {
    if ('task' in piece) return gramTask(own, piece.data, piece.task, piece.out);
    if ('grams' in piece) return solvePathPiece(own, piece);
    return 'to' in piece ? moveColumn(own, piece) : runLeastSquaresBlock(own, piece);
  });
}

/** Scratch of a thread for any of the steps. */
const pathBytes = 2 ** 21;

function placedLasso(problem: Problem<Float64Array | Int32Array>, threads: number): { memory: KernelMemory; design: Design; ask: PenaltyAsk; finishing: number } {
  const { n, p } = problem;
  // room for the columns of the refit
  const finishing = leastSquaresBytes(n, p + 1, 'auto') + 8 * n * (p + 1) + 8 * leastSquaresRowValues(n);
  const { memory, design } = placed(problem, finishing + threads * pathBytes + 8 * (5 * n + 4 * p) + 2 ** 23);
  const fold = Int32Array.from({ length: n }, (_, i) => Math.floor((i * 5) / n));
  return { memory, design, finishing, ask: { kind: 'lasso', l1_ratio: 1, lambda: null, choose: 'min', count: 100, standardize: true, unpenalized: [], groupOf: null, fold } };
}

const nameOf = (threads: number): string => `pool of ${threads}`;

async function opened(threads: number): Promise<{ pool: ThreadPool; module: WebAssembly.Module }> {
  const pool = new ThreadPool(threads);
  await pool.warm();
  return { pool, module: await loadKernels() };
}

/** The problem as the job lays it out, a column of ones first. */
function placed({ x, y, n, p }: Problem<Float64Array | Int32Array>, scratch: number): { memory: KernelMemory; design: Design } {
  const bytes = 8 * n * (p + 2) + scratch + 2 ** 22;
  const memory = KernelMemory.create({ initialBytes: bytes, maximumBytes: 2 * bytes });
  const columns = toColumns(x, n, p, memory.allocFloat64(n * (p + 1)), true);
  const target = memory.allocFloat64(n);
  target.set(y);
  return { memory, design: { n, p: p + 1, x: columns.byteOffset, xLow: null, y: target.byteOffset, yLow: null, weights: null, offset: null, intercept: true, raw: null } };
}
