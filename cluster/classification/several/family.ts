import type { Kernels } from '../../../kernels/index.ts';
import type { MultinomialModel } from '../../../kernels/multinomial/index.ts';
import type { OrdinalModel } from '../../../kernels/ordinal/index.ts';
import type { DiscriminantModel } from '../../../kernels/discriminant/index.ts';
import type { Ensemble, Matrix } from '../../../kernels/trees/index.ts';
import type { FoldOutcome, StudyRows, TrialOutcome } from '../../families/index.ts';
import type { Assignment, SearchSpace } from '../../tuning/index.ts';
import type { ClassificationFamilyName, LabelModel } from '../families/index.ts';
import type { Polynomial } from './polynomial.ts';

/** Families of several labels: those of two, and the one that knows an order. */
export type SeveralFamilyName = ClassificationFamilyName | 'ordinal_logistic';

/** A fitted family as data. `each`: a model of each label against the rest, or its share where the rows could not teach one. */
export type SeveralModel =
  | { readonly kind: 'each'; readonly members: readonly (LabelModel | { readonly share: number })[] }
  | { readonly kind: 'multinomial'; readonly polynomial: Polynomial; readonly present: readonly number[]; readonly model: MultinomialModel }
  | { readonly kind: 'ordinal'; readonly polynomial: Polynomial; readonly present: readonly number[]; readonly model: OrdinalModel }
  | { readonly kind: 'discriminant'; readonly polynomial: Polynomial; readonly present: readonly number[]; readonly model: DiscriminantModel }
  | { readonly kind: 'boosting'; readonly ensemble: Ensemble };

/** A study of several labels: `y` holds 0 … labels − 1. */
export interface SeveralRows extends StudyRows { readonly labels: number }

export interface SeveralEvaluator {
  evaluate(parameters: Assignment, fold: number): FoldOutcome;
  conclude(parameters: Assignment, outcomes: readonly FoldOutcome[]): TrialOutcome;
  /** On some rows of the study; all when none are given. */
  fit(parameters: Assignment, chosen?: Int32Array): SeveralModel;
}

export interface SeveralFamily {
  readonly name: SeveralFamilyName;
  /** from simple to complex: where two are as good, the simpler is taken */
  readonly complexity: number;
  space(rows: SeveralRows): SearchSpace;
  portfolio(rows: SeveralRows): readonly Assignment[];
  open(kernels: Kernels, rows: SeveralRows, seed: number): SeveralEvaluator;
}

export type { Matrix };
