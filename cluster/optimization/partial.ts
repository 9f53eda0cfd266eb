import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { OptimizationDesign, OptimizationPartial, OptimizationParameters, StoredDesign } from '../../schemas/index.ts';
import { decode, type Settings } from '../design/index.ts';
import type { JobContext, WrittenFile } from '../job/context.ts';
import { idOf, inTheirGroups, runOrder } from './describe.ts';
import type { MadeDesign } from './made-design.ts';
import { csvOf } from '../report/index.ts';
import { fileStemOf, listFolder } from './outputs.ts';
import type { SearchProgress } from './search.ts';

/** The best rows of one search as they come. */
interface Reached {
  name: string;
  criterion: OptimizationDesign['criterion'];
  rows: readonly Settings[];
  done: number;
  starts: number;
  figure: number;
  space: SearchProgress['space'];
}

/** Keeps the best that every search has met, for the case that the job is cancelled. */
export class BestSoFar {
  readonly #reached = new Map<string, Reached>();

  /** How a search stands. Without rows those told before are still the best. */
  keep(name: OptimizationDesign['criterion'], starts: number, { done, figure, rows, space }: SearchProgress): void {
    const best = rows ?? this.#reached.get(name)?.rows;
    if (best !== undefined) this.#reached.set(name, { name, criterion: name, rows: best, done, starts, figure, space });
  }

  has(name: string): boolean {
    return this.#reached.has(name);
  }

  /** A search is over: its design in place of what it had reached. */
  finish({ name, points, space }: MadeDesign): void {
    const reached = this.#reached.get(name);
    if (reached !== undefined) this.#reached.set(name, { ...reached, rows: points.map((point) => decode(space.model.factors, point)), space });
  }

  /** Writes `partial.json` and the lists of runs, labelled as partial. Nothing when no search had met a design. */
  async write(context: JobContext, { parameters, seed, constants }: { parameters: OptimizationParameters; seed: number; constants: Settings }): Promise<WrittenFile[]> {
    if (this.#reached.size === 0) return [];
    const { order } = context;
    const randomize = parameters.randomize;
    const designs = [...this.#reached.values()].map(({ name, criterion, rows: settings, done, starts, figure, space }): StoredDesign => {
      const { factors, columns } = space.model;
      const rows = inTheirGroups(settings, space);
      const model = columns.map((column) => column.name);
      return {
        id: idOf({ datasetSha256: order.datasetSha256, name, seed, randomize, factors, rows, model }), name, criterion, partial: true,
        factors: factors.map((factor) => factor.name), constants, rows, run_order: runOrder(rows.length, space.strata, seed, randomize), model,
        figures: { best: figure }, search: { done, starts }, paths: [`${listFolder}/${fileStemOf({ name, criterion })}_途中.csv`],
      };
    });
    const partial: OptimizationPartial = {
      schema: 'zerosec.optimization.partial/1', dataset: { name: order.fileName, sha256: order.datasetSha256 }, parameters: { ...parameters, random_seed: seed },
      designs: designs.map(({ paths: _, partial: __, ...design }) => design),
    };
    await writeFile(join(order.outputDirectory, 'partial.json'), `${JSON.stringify(partial, null, 1)}\n`);
    const lists = await Promise.all(designs.map(async (design): Promise<WrittenFile[]> => Promise.all(design.paths.map(async (path) => {
      await mkdir(dirname(join(order.outputDirectory, path)), { recursive: true });
      await writeFile(join(order.outputDirectory, path), listOf(design));
      return { path, fileType: 'csv' as const };
    }))));
    return [{ path: 'partial.json', fileType: 'json', designs }, ...lists.flat()];
  }
}

/** In run order, as the list of a whole design: it can be run as it is. */
function listOf({ id, constants, rows, run_order: places }: StoredDesign): string {
  const names = [...Object.keys(constants), ...Object.keys(rows[0] ?? {})];
  const order = rows.map((_, i) => i).sort((a, b) => (places[a] ?? a) - (places[b] ?? b));
  return csvOf(['No.', ...names, '標準順', '計画ID'], order.map((i, at) => [at + 1, ...names.map((name) => ({ ...constants, ...rows[i] })[name] ?? null), i + 1, id]));
}
