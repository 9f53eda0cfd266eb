import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { instantiate, KernelMemory, leastSquares, loadKernels, type LeastSquaresResult } from '../../../../kernels/index.ts';
import { readTable, type Column, type Table } from '../../../../cluster/table/index.ts';
import { buildColumns, learnPlan, type DesignPlan, type Planes } from '../../../../cluster/linear/model/index.ts';
import { termFitOf, type TermFit } from '../../../../cluster/linear/inference/index.ts';
import { contrastOf, expandFormula, parseFormula, type ContrastChoice } from '../../../../schemas/index.ts';

export interface FormulaFit {
  plan: DesignPlan;
  table: Table;
  design: Planes[];
  result: LeastSquaresResult;
  terms: TermFit;
}

/** A formula fitted to a table, without the job around it. */
export async function fitFormula(csv: Uint8Array | string, formula: string, contrasts: Record<string, ContrastChoice> = {}): Promise<FormulaFit> {
  const table = await tableOf(csv);
  const column = (name: string): Column => table.columns.find((candidate) => candidate.name === name) as Column;
  const { targets, model } = expandFormula(parseFormula(formula), { columns: table.columns.map(({ name }) => name) });
  const rows = Int32Array.from({ length: table.rows }, (_, row) => row);
  const plan = learnPlan(model, { column, rows, contrasts: new Map(Object.entries(contrasts).map(([name, choice]) => [name, contrastOf(choice)])) });
  const design: Planes[] = [];
  buildColumns(plan, column, rows, (position, planes) => {
    design[position] = planes;
  });
  const [n, p] = [table.rows, plan.columns.length];
  const x = new Float64Array(n * p);
  const xLow = new Float64Array(n * p);
  design.forEach(({ hi, lo }, j) => {
    x.set(hi, j * n);
    xLow.set(lo, j * n);
  });
  const target = column(targets[0] as string);
  const kernels = await instantiate(await loadKernels(), KernelMemory.create({ initialBytes: 1 << 24 }));
  const result = leastSquares(kernels, { x, xLow, y: Float64Array.from(target.values), yLow: target.lo === null ? undefined : Float64Array.from(target.lo), n, p, intercept: plan.intercept });
  return { plan, table, design, result, terms: termFitOf(plan, result) };
}

/** A table given as text or bytes. */
export async function tableOf(csv: Uint8Array | string): Promise<Table> {
  const directory = await mkdtemp(join(tmpdir(), 'zerosec-model-'));
  try {
    await writeFile(join(directory, 'table.csv'), csv);
    return await readTable(join(directory, 'table.csv'), { fileName: 'table.csv' });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
