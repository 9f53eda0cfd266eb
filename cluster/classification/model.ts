import type { Kernels } from '../../kernels/index.ts';
import { openModel } from '../../kernels/models/index.ts';
import type { Matrix } from '../../kernels/trees/index.ts';
import type { ClassificationParameters } from '../../schemas/index.ts';
import { conformalScores } from './assess/index.ts';
import type { Calibrator } from './calibration/index.ts';
import { corrected, type Conclusion } from './conclude.ts';
import type { ClassData } from './data.ts';
import type { TwoSided } from './decision/index.ts';
import type { LabelModel } from './families/index.ts';
import { prepare } from './families/preparation.ts';
import { distanceLimit, type Gate } from './gate.ts';
import type { SideStudies } from './nested.ts';
import type { SeveralClassifier } from './several/index.ts';

/** A pool of fitted families and the correction of its probabilities. */
export interface Pool {
  readonly members: readonly { readonly family: string; readonly weight: number; readonly model: LabelModel }[];
  readonly calibrator: Calibrator;
}

/** The final model: plain data, the same bytes for the same job. */
export interface Classifier extends Pool {
  readonly target: string;
  readonly positive: string;
  readonly negative: string;
  readonly features: readonly { readonly name: string; readonly levels: readonly string[]; readonly low: number; readonly high: number }[];
  /** of every label where there are more than two and all are wanted */
  readonly several: SeveralClassifier | null;
  readonly thresholds: TwoSided;
  readonly costs: ClassificationParameters['costs'];
  readonly gate: Gate;
  /** see `distanceLimit` */
  readonly distanceLimit: number | null;
  /** probabilities of the true label of unseen rows, by label, and the level of the sets made of them */
  readonly conformal: { readonly positive: Float64Array; readonly negative: Float64Array; readonly epsilon: number };
  /** calibrated probabilities of unseen rows and their labels: what a pair of probabilities (Venn–Abers) is made of */
  readonly reference: { readonly probability: Float64Array; readonly label: Float64Array };
}

/** The families that have a weight, fitted on all rows. */
export function membersOf(whole: SideStudies, { weights, calibrator }: Conclusion): Pool {
  return { members: whole.outcomes.flatMap(({ family, model }, f) => ((weights[f] as number) > 0 ? [{ family, weight: weights[f] as number, model }] : [])), calibrator };
}

export function classifier(data: ClassData, whole: SideStudies, conclusion: Conclusion, gate: Gate, several: SeveralClassifier | null, parameters: ClassificationParameters): Classifier {
  const { thresholds, inside } = conclusion;
  const columnOf = (j: number): Float64Array => data.x.values.subarray(j * data.x.rows, (j + 1) * data.x.rows);
  return {
    target: data.target.name, positive: data.labels.positive, negative: data.labels.negative,
    features: data.features.map(({ name }, j) => ({
      name, levels: data.levels[j] ?? [],
      low: columnOf(j).reduce((a, b) => (b < a ? b : a), Infinity), high: columnOf(j).reduce((a, b) => (b > a ? b : a), -Infinity),
    })),
    ...membersOf(whole, conclusion), several, thresholds, costs: parameters.costs, gate, distanceLimit: distanceLimit(gate, parameters.out_of_distribution_alarms),
    conformal: { ...conformalScores(whole.y, inside), epsilon: 1 - parameters.confidence_level },
    reference: { probability: inside, label: whole.y },
  };
}

/** Lays the members out in kernel memory for many rows. @returns the pooled probability, calibrated */
export function openClassifier(kernels: Kernels, { members, calibrator }: Pool): (x: Matrix) => Float64Array {
  const opened = members.map(({ model: { model, preparation }, weight }) => ({ weight, preparation, predictor: openModel(kernels, model) }));
  return (x) => {
    const sum = new Float64Array(x.rows);
    for (const { weight, preparation, predictor } of opened) {
      const { mean } = predictor.predict(preparation === null ? x : prepare(preparation, x));
      for (let i = 0; i < x.rows; i++) sum[i] = (sum[i] as number) + weight * (mean[i] as number);
    }
    return sum.map((p) => corrected(calibrator, p));
  };
}
