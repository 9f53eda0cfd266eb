import { threadId } from 'node:worker_threads';
import { move, transferableSymbol, valueSymbol } from 'piscina';
import { checkFresh, KernelError, loadKernels } from '../../kernels/index.ts';
import { Fault } from '../../schemas/index.ts';
import { compareDeviances } from '../linear/binary/deviance.ts';
import { calibrate, concludeBinary, fitBinary, fitBinaryFold, fitLogisticTasks } from '../linear/binary/fit.ts';
import { refitBinary, solveBinaryPaths } from '../linear/binary/penalty/index.ts';
import { selectBinaryTerms } from '../linear/binary/selection/index.ts';
import { concludeFit, fitAll, fitBlocks } from '../linear/fit.ts';
import { imputePieces } from '../linear/imputation/index.ts';
import { wildPieces } from '../linear/inspect/index.ts';
import { optimiseConditions } from '../linear/desirability/index.ts';
import { findResponse, fitFold, fitFoldGrams } from '../linear/fold.ts';
import { fitPenalty, judgeRidge, moveColumns, solvePaths, sumGrams } from '../linear/penalty/index.ts';
import { selectTerms } from '../linear/selection/index.ts';
import { planDesign, spaceFillingStart, type DesignPlan, type DesignRequest, type FillingProblem } from '../design/index.ts';
import { evaluateDesign } from '../optimization/evaluate-task.ts';
import { mapDesign } from '../optimization/maps.ts';
import { searchDesign } from '../optimization/search-task.ts';
import { predictChunk } from '../linear/prediction/chunk.ts';
import { predictBlock } from '../nonlinear/prediction/index.ts';
import { explainPairs, explainRows, localEffects, permuteFold } from '../nonlinear/explanation/index.ts';
import { searchFront } from '../nonlinear/pareto/index.ts';
import { runStudy } from '../nonlinear/study-task.ts';
import { classifyBlock } from '../classification/prediction/index.ts';
import { explainLabelRows, findCounterfactuals, judgeSettings, labelEffects, learnFromFewer, permuteLabels, poolOpinions } from '../classification/explanation/index.ts';
import { learnGate } from '../classification/gate.ts';
import { additiveCurves } from '../classification/families/additive.ts';
import { runSeveralStudy } from '../classification/several/study-task.ts';
import { runLabelStudy } from '../classification/study-task.ts';
import { warmReport, writeOutput, type OutputFile, type OutputTask } from '../report/index.ts';
import type { Envelope, Outcome } from './pool.ts';
import { readShared } from './shared-table.ts';

/** What a pool thread can do. One entry is one kind of task; its argument and result are plain data, shared memory or buffers. */
const tasks = {
  async warm(_: undefined): Promise<void> {
    await checkFresh();
    await loadKernels();
    await warmReport();
  },
  readTable: readShared,
  fitAll,
  fitBlocks,
  concludeFit,
  wildPieces,
  imputePieces,
  fitFold,
  fitFoldGrams,
  findResponse,
  selectTerms,
  fitPenalty,
  sumGrams,
  solvePaths,
  moveColumns,
  judgeRidge,
  fitBinary,
  fitLogisticTasks,
  concludeBinary,
  fitBinaryFold,
  selectBinaryTerms,
  solveBinaryPaths,
  refitBinary,
  calibrate,
  compareDeviances,
  planDesign: (request: DesignRequest): DesignPlan => planDesign(request),
  searchDesign,
  fillSpace: ({ problem, seed, start }: { problem: FillingProblem; seed: number; start: number }): ReturnType<typeof spaceFillingStart> => spaceFillingStart(problem, seed, start),
  evaluateDesign,
  mapDesign,
  predictChunk,
  predictBlock,
  optimiseConditions,
  runStudy,
  searchFront,
  runLabelStudy,
  runSeveralStudy,
  additiveCurves,
  learnGate,
  classifyBlock,
  permuteLabels,
  explainLabelRows,
  labelEffects,
  learnFromFewer,
  judgeSettings,
  poolOpinions,
  findCounterfactuals,
  explainPairs,
  explainRows,
  permuteFold,
  localEffects,
  renderOutput: ({ task, directory }: { task: OutputTask; directory: string }): Promise<OutputFile[]> => writeOutput(task, directory),
};

export type ThreadTasks = typeof tasks;

interface Order {
  name: keyof ThreadTasks;
  input: never;
}

/** Entry of a pool thread. A Fault and a lack of memory go back as data; anything else is a bug and rejects the task. */
export default async function run({ name, input }: Order): Promise<Envelope> {
  const startMs = now();
  const outcome = await attempt({ name, input });
  return carry({ ...outcome, ran: { startMs, endMs: now(), thread: threadId } });
}

async function attempt({ name, input }: Order): Promise<Outcome> {
  try {
    return { ok: true, value: await (tasks[name] as (argument: never) => Promise<unknown>)(input) };
  } catch (error) {
    if (error instanceof Fault) return { ok: false, fault: error.toJSON() };
    if (error instanceof KernelError && /memory/.test(error.code)) return { ok: false, outOfMemory: error.message };
    throw error;
  }
}

function now(): number {
  return performance.timeOrigin + performance.now();
}

/** Moves the buffers of a result instead of copying them. */
function carry(envelope: Envelope): Envelope {
  const buffers = envelope.ok ? buffersIn(envelope.value) : [];
  if (buffers.length === 0) return envelope;
  return move({ [transferableSymbol]: buffers, [valueSymbol]: envelope }) as unknown as Envelope;
}

function buffersIn(value: unknown): ArrayBuffer[] {
  if (typeof value !== 'object' || value === null) return [];
  const found = Object.values(value).flatMap((part: unknown) => (
    ArrayBuffer.isView(part) && part.buffer instanceof ArrayBuffer && part.byteLength === part.buffer.byteLength ? [part.buffer] : []));
  return [...new Set(found)];
}
