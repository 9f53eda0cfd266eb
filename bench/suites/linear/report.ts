import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contest, inProcess, type Case, type Contestant } from '../../harness/index.ts';
import { olsProblem } from '../../generators/tables.ts';
import type { Design } from '../../../cluster/linear/design.ts';
import { fitAll, type Fit } from '../../../cluster/linear/fit.ts';
import { anova, collinearity, gvif, termFitOf } from '../../../cluster/linear/inference/index.ts';
import { learnPlan, type DesignPlan } from '../../../cluster/linear/model/index.ts';
import { readTable, type Column, type Table } from '../../../cluster/table/index.ts';
import { KernelMemory, leastSquaresBytes, loadKernels } from '../../../kernels/index.ts';
import { expandFormula, parseFormula } from '../../../schemas/index.ts';

const [rows, columns] = [165, 36];
/** Milliseconds of CPU. */
const bar = 20;

interface Stage { name: string; ms: number }

/** Everything that a report of one numeric target says about the fit, from a design in memory: what an operator waits for beside reading and drawing. */
export const fullReport: Case = {
  name: 'n165-report',
  about: `OLS ${rows} × ${columns}: fit with row diagnostics, HC3, 12 residual tests, both profiles of the power, ANOVA I to III, GVIF, condition indexes; bar ${bar} ms`,
  async run(setting) {
    const stages = new Map<string, number>();
    const answer = await contest(setting, { ours: () => ours(stages), peers: [], tolerances: {} });
    const { ours_s: wall = NaN, ours_cpu_s: cpu = NaN } = answer.comparisons[0] ?? {};
    const least = cpu ?? NaN;
    const parts = [...stages].map(([name, ms]) => `${name} ${ms.toFixed(1)}`).join(', ');
    return { ...answer, details: [`${(1000 * least).toFixed(1)} ms of CPU (${(1000 * wall).toFixed(1)} ms of wall), bar ${bar} ms (${1000 * least <= bar ? 'met' : 'missed'}); least wall ms by part: ${parts}`] };
  },
};

async function ours(stages: Map<string, number>): Promise<Contestant> {
  const { plan, x, y } = await problem();
  const module = await loadKernels();
  const p = plan.columns.length;
  const memory = KernelMemory.create({ initialBytes: 2 ** 25, maximumBytes: 2 ** 27 });
  const place = (values: Float64Array): number => {
    const pointer = memory.alloc(values.byteLength);
    memory.float64(pointer, values.length).set(values);
    return pointer;
  };
  const design: Design = { n: rows, p, x: place(x), xLow: null, y: place(y), yLow: null, weights: null, offset: null, intercept: true, raw: null };
  const slab = memory.slab(leastSquaresBytes(rows, p, 'auto', { weights: false, dfbetas: true }) + 2 ** 22);
  const work = async (): Promise<{ fit: Fit; condition: number }> => {
    const done: Stage[] = [];
    let before = performance.now();
    const stage = <T>(name: string, value: T): T => {
      const now = performance.now();
      done.push({ name, ms: now - before });
      before = now;
      return value;
    };
    const fit = stage('fit, diagnostics, HC3, tests, profiles', await fitAll({ module, slab, design, confidence: 0.95, ask: { covariance: { kind: 'hc3', cluster: null, confidence: 0.95 }, robust: null, power: true } }));
    const terms = stage('terms', termFitOf(plan, fit));
    stage('ANOVA I to III', (['I', 'II', 'III'] as const).map((type) => anova(terms, type)));
    stage('GVIF', gvif(terms));
    const condition = stage('condition indexes', collinearity(terms))?.condition ?? NaN;
    for (const { name, ms } of done) stages.set(name, Math.min(ms, stages.get(name) ?? Infinity));
    return { fit, condition };
  };
  return inProcess('zerosec', process.version, work, ({ fit, condition }) => ({ coefficients: [...fit.coefficients], condition }));
}

async function problem(): Promise<{ plan: DesignPlan; x: Float64Array; y: Float64Array }> {
  const { x: rowMajor, y } = olsProblem(rows, columns);
  const names = Array.from({ length: columns }, (_, j) => `x${j}`);
  const lines = Array.from({ length: rows }, (_, i) => [...rowMajor.subarray(i * columns, (i + 1) * columns), y[i]].join());
  const table = await tableOf(`${[...names, 'y'].join()}\n${lines.join('\n')}\n`);
  const { model } = expandFormula(parseFormula(`y ~ ${names.join(' + ')}`), { columns: table.columns.map(({ name }) => name) });
  const column = (name: string): Column => table.columns.find((own) => own.name === name) as Column;
  const plan = learnPlan(model, { column, rows: Int32Array.from({ length: rows }, (_, i) => i), contrasts: new Map() });
  const x = new Float64Array(rows * (columns + 1)).fill(1);
  for (let i = 0; i < rows; i += 1) for (let j = 0; j < columns; j += 1) x[(j + 1) * rows + i] = rowMajor[i * columns + j] as number;
  return { plan, x, y: Float64Array.from(y) };
}

async function tableOf(csv: string): Promise<Table> {
  const directory = await mkdtemp(join(tmpdir(), 'zerosec-bench-'));
  try {
    await writeFile(join(directory, 'table.csv'), csv);
    return await readTable(join(directory, 'table.csv'), { fileName: 'table.csv' });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
