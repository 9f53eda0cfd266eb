import { areaUnderRoc } from '../scores/index.ts';
import type { ClassData } from './data.ts';
import type { ClassificationResult, ClassificationThresholds, Notice } from '../../schemas/index.ts';

/** A feature that ranks the rows so well by itself is rather the outcome under another name. */
const SUSPICIOUS_AREA = 0.99;
/** How unlikely it must be that all rows with one value of a feature have the rarer label, before it is told. */
const SUSPICIOUS_CHANCE = 1e-8;
/** Values of a feature that are looked at one by one. */
const MOST_VALUES = 20;

/** What makes a score too good to be true: features that know the outcome (a class recorded after it, a cause of it that is only named when it happens). */
export function leakNotices({ features, x, y }: ClassData): Notice[] {
  const positives = y.reduce((sum, label) => sum + label, 0);
  const rare = positives * 2 <= y.length ? 1 : 0;
  const rate = (rare === 1 ? positives : y.length - positives) / y.length;
  return features.flatMap(({ name, kind }, j): Notice[] => {
    const values = x.values.subarray(j * x.rows, (j + 1) * x.rows);
    const { area } = kind === 'text' ? { area: null } : areaOf(y, values);
    if (area !== null && Math.max(area, 1 - area) > SUSPICIOUS_AREA) return [{ code: 'feature_knows_outcome', severity: 'warning', where: { column: name }, values: { name, auc: Number(Math.max(area, 1 - area).toPrecision(4)) } }];
    const counts = new Map<number, [number, number]>();
    for (let i = 0; i < y.length && counts.size <= MOST_VALUES; i++) {
      const value = values[i] as number;
      if (Number.isNaN(value)) continue;
      const own = counts.get(value) ?? [0, 0];
      own[y[i] === rare ? 1 : 0] += 1;
      counts.set(value, own);
    }
    if (counts.size > MOST_VALUES) return [];
    const decided = [...counts].find(([, [others, rares]]) => others === 0 && rares * Math.log(rate) < Math.log(SUSPICIOUS_CHANCE));
    if (decided === undefined) return [];
    return [{ code: 'value_decides_outcome', severity: 'warning', where: { column: name }, values: { name, value: kind === 'text' ? features[j]?.levels[decided[0]] ?? '' : String(decided[0]), rows: decided[1][1] } }];
  });
}

function areaOf(y: Float64Array, values: Float64Array): { area: number | null } {
  const rows = [...y.keys()].filter((row) => !Number.isNaN(values[row]));
  return areaUnderRoc(rows.map((row) => y[row] as number), rows.map((row) => values[row] as number));
}

/** What the limits could not be kept with, in words: how many rows it takes and what these rows can promise. */
export function limitNotices({ positive, negative }: { positive: string; negative: string }, { upper, lower }: ClassificationThresholds, limits: { falsePositive: number; falseNegative: number; confidence: number }): Notice[] {
  const percent = (share: number): number => Number((100 * share).toPrecision(3));
  return ([['false_positive_infeasible', upper, negative, positive, limits.falsePositive], ['false_negative_infeasible', lower, positive, negative, limits.falseNegative]] as const).flatMap(([code, side, of, called, limit]): Notice[] => (
    side.kind === 'certified' ? [] : [{ code, severity: 'warning', values: { label: of, called, rows: side.rows, needed: side.needed, limit: percent(limit), best: percent(Math.ceil(side.best_limit * 1000) / 1000), confidence: percent(limits.confidence) } }]));
}

/** Labels that the model tells apart without a mistake, in every fold: how steep the border is the rows then cannot say, a ridge or the trees' leaves do. */
export function separationNotices({ rule, score }: ClassificationResult['final'], name: string): Notice[] {
  const areas = score.fold_auc.filter((area) => area !== null);
  return areas.length === 0 || areas.some((area) => area < 1) ? [] : [{ code: 'labels_separable', severity: 'warning', where: { column: name }, values: { name, folds: areas.length, rule } }];
}

export function noiseNotices({ mixed_conditions, best_accuracy }: ClassificationResult['noise'], name: string): Notice[] {
  return mixed_conditions === 0 ? [] : [{ code: 'conditions_disagree', severity: 'info', where: { column: name }, values: { name, conditions: mixed_conditions, accuracy: Number((100 * best_accuracy).toPrecision(4)) } }];
}
