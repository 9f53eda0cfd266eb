import type { LinearSections } from '../../../schemas/index.ts';
import type { FittedModel, SectionContext } from '../fitted-model.ts';
import { mostDfbetas } from '../fit.ts';
import { finite } from '../numbers.ts';

type Influence = LinearSections['influence'];
type Flag = Influence['rows'][number]['flags'][number];

/** More rows than this are not a list that anyone reads; the columns of `rows` hold the rest. */
const mostRows = 200;

export function influence({ fit, used, rows, terms, design }: FittedModel, { table, tell }: SectionContext): Influence {
  const n = used.length;
  if (n * design.p > mostDfbetas) tell({ code: 'dfbetas_skipped', severity: 'info', values: { rows: n, terms: design.p, limit: mostDfbetas } });
  const p = fit.rank;
  const bounds = { leverage: 2 * p / n, studentized: 2.5, cook: 4 / Math.max(1, n - p), dffits: 2 * Math.sqrt(p / n), covratio: 3 * p / n, dfbetas: 2 / Math.sqrt(n) };
  const at = (name: string, i: number): number => rows[name]?.[i] ?? NaN;
  const found: Influence['rows'] = [];
  for (let i = 0; i < n && found.length < mostRows; i += 1) {
    const size: Record<Flag, number> = {
      leverage: at('leverage', i), studentized: Math.abs(at('studentised', i)), cook: at('cook', i), dffits: Math.abs(at('dffits', i)),
      covratio: Math.abs(at('covratio', i) - 1), dfbetas: Math.abs(at('dfbetas', i)),
    };
    const flags = (Object.keys(size) as Flag[]).filter((flag) => size[flag] > bounds[flag]);
    // leverage alone moves nothing
    if (!flags.some((flag) => flag !== 'leverage' && flag !== 'covratio')) continue;
    found.push({ row: table.rowNumber(used[i] as number), flags, covratio: finite(at('covratio', i)), dfbetas: finite(at('dfbetas', i)), dfbetas_term: terms[at('dfbetasTerm', i)]?.name ?? null });
  }
  if (found.length === mostRows) tell({ code: 'influence_list_cut', severity: 'info', values: { limit: mostRows } });
  return { bounds, rows: found };
}
