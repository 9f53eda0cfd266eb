import type { Artifact } from '../../../client/index.ts';

/** One chart: the same picture in up to three forms. */
export interface ChartSet {
  stem: string;
  name: string;
  spec: Artifact | undefined;
  png: Artifact | undefined;
}

/** Charts among the files of a result: pictures, each with the Vega-Lite document beside it. The evaluation of the original comes first, explanations and looks at the data last. */
export function chartSets(artifacts: readonly Artifact[]): ChartSet[] {
  const pictures = artifacts.filter(({ file_type: type }) => type === 'png');
  const sets = pictures.map((png): ChartSet => {
    const stem = stemOf(png.path);
    return { stem, name: stem.slice(stem.lastIndexOf('/') + 1), png, spec: artifacts.find(({ path, file_type: type }) => type === 'json' && stemOf(path) === stem) };
  });
  const first = (set: ChartSet): number => (set.name.startsWith('regression_enhanced') || set.name.endsWith('_results') ? 0 : set.stem.includes('/shap_') ? 2 : set.stem.includes('/data_analysis/') ? 3 : 1);
  return sets.sort((a, b) => first(a) - first(b) || a.stem.localeCompare(b.stem, 'ja'));
}

export function stemOf(path: string): string {
  return path.replace(/\.\w+$/, '');
}
