import { pointAt, regionPoints, type DesignSpace, type Point } from '../design/index.ts';
import { principalComponents } from './principal-components.ts';
import { umap } from './umap.ts';

export interface MapTask {
  space: DesignSpace;
  points: readonly Point[];
  seed: number;
}

/** Two-dimensional pictures of the candidates, the earlier runs and the design. */
export interface DesignMaps {
  pca: DesignMap & { explained: readonly [number, number] };
  umap: DesignMap;
}

export interface DesignMap {
  candidates: [number, number][];
  existing: [number, number][];
  points: [number, number][];
}

const mostCandidates = 500;

/** Thread side of the two maps that the original's preview shows. Candidates beyond 500 are thinned evenly, for the picture only. */
export function mapDesign({ space, points, seed }: MapTask): DesignMaps {
  const { region, candidates, history } = space;
  const { factors } = region;
  const sample: Point[] = candidates === null ? regionPoints(region, mostCandidates, seed)
    : Array.from({ length: Math.min(mostCandidates, candidates.count) }, (_, i) => pointAt(candidates, Math.floor((i * candidates.count) / Math.min(mostCandidates, candidates.count))));
  // a category is a column a level
  const features = (point: Point): number[] => factors.flatMap((factor, k) => (factor.kind === 'categorical' ? factor.levels.map((_, level) => Number(level === point[k])) : [point[k] as number]));
  const rows = [...sample, ...history, ...points].map(features);
  const width = rows[0]?.length ?? 0;
  const means = Array.from({ length: width }, (_, j) => sample.reduce((sum, _point, i) => sum + (rows[i]?.[j] as number), 0) / sample.length);
  const deviations = means.map((mean, j) => Math.sqrt(sample.reduce((sum, _point, i) => sum + ((rows[i]?.[j] as number) - mean) ** 2, 0) / sample.length) || 1);
  const standard = rows.map((row) => row.map((value, j) => (value - (means[j] as number)) / (deviations[j] as number)));
  const { axes, explained } = principalComponents(standard.slice(0, sample.length), 2);
  const project = (row: readonly number[]): [number, number] => [0, 1].map((a) => row.reduce((sum, value, j) => sum + value * (axes[a]?.[j] ?? 0), 0)) as [number, number];
  const flat = standard.map(project);
  return { pca: { ...split(flat, sample.length, history.length), explained: [explained[0] ?? 0, explained[1] ?? 0] }, umap: split(umap(standard, flat, seed), sample.length, history.length) };
}

function split(all: [number, number][], candidates: number, existing: number): DesignMap {
  return { candidates: all.slice(0, candidates), existing: all.slice(candidates, candidates + existing), points: all.slice(candidates + existing) };
}
