import { placePlan, planDesign } from '../../../cluster/design/index.ts';
import { instantiate, KernelMemory, loadKernels, searchDesign } from '../../../kernels/index.ts';
import { showTable } from '../../harness/index.ts';
import type { Case } from '../../harness/index.ts';
import { preset, ranges } from './problems.ts';

/** Factors, runs and starts of the points of the curve. */
const points = [{ factors: 10, runs: 100, starts: 20 }, { factors: 15, runs: 180, starts: 5 }, { factors: 20, runs: 300, starts: 3 }, { factors: 25, runs: 430, starts: 1 }, { factors: 30, runs: 600, starts: 1 }] as const;
const seed = 42;

/**
 * Cost of a start by the number of factors, full quadratic. The floor counts what no search of this kind does without, per sweep: V f for every row (2 p² operations),
 * and M, its factor and inverse once (n p² + p³).
 */
export const curveCase: Case = {
  name: 'curve', about: '10 → 30 continuous factors, full quadratic (66 → 496 terms): CPU seconds a start, D, floor',
  async run({ quick, machine }) {
    const lines: string[][] = [];
    const comparisons = [];
    let before: { terms: number; seconds: number } | undefined;
    for (const { factors: count, runs, starts } of quick ? points.slice(0, 3) : points) {
      const factors = ranges(count);
      const plan = planDesign({ factors, model: preset('quadratic', factors), runs, criterion: { kind: 'D' } });
      const kernels = await instantiate(await loadKernels(), KernelMemory.create({ maximumBytes: 2 ** 30 }));
      const placed = placePlan(kernels, plan);
      if (placed.kind !== 'cells') throw new Error('ranges are searched cell by cell');
      const p = plan.model.columns.length;
      let [seconds, best, sweeps, exchanges] = [0, -Infinity, 0, 0];
      for (let start = 0; start < (quick ? 1 : starts); start++) {
        const { user, system } = process.cpuUsage();
        const found = searchDesign(kernels, placed.placed, seed, start);
        const spent = process.cpuUsage();
        seconds += (spent.user + spent.system - user - system) / 1e6 / (quick ? 1 : starts);
        best = Math.max(best, Math.exp(found.logDeterminant / p) / runs);
        sweeps += found.sweeps / (quick ? 1 : starts);
        exchanges += found.exchanges / (quick ? 1 : starts);
      }
      const floor = (sweeps * (3 * runs * p * p + p ** 3)) / machine.flops;
      const order = before === undefined ? '' : (Math.log(seconds / before.seconds) / Math.log(p / before.terms)).toFixed(2);
      before = { terms: p, seconds };
      lines.push([String(count), String(p), String(runs), seconds.toFixed(4), floor.toFixed(4), (seconds / floor).toFixed(1), best.toFixed(7), sweeps.toFixed(0), exchanges.toFixed(0), order]);
      comparisons.push({
        ours_s: seconds, ours_cpu_s: seconds, peer: null, peer_version: null, peer_s: null, peer_cpu_s: null, absent: null, agrees: null, rounds: 1,
        floor: { seconds: floor, of: 'V f for every row and one inverse a sweep' }, quality: { factors: count, terms: p, best_d: best, sweeps, exchanges },
      });
    }
    return { comparisons, failures: [], details: showTable(['factors', 'terms', 'runs', 'CPU s a start', 'floor', '× floor', 'best D', 'sweeps', 'exchanges', 'order in terms'], lines, []).split('\n') };
  },
};
