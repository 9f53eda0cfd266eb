import type { TrainedModel } from '../../../kernels/models/index.ts';
import type { TunedFamily } from '../../families/index.ts';
import type { Preparation } from './preparation.ts';

export type ClassificationFamilyName = 'logistic' | 'quadratic_logistic' | 'gaussian_process' | 'lightgbm' | 'xgboost' | 'random_forest' | 'extra_trees' | 'nearest_neighbours' | 'firth_logistic' | 'sparse_logistic' | 'discriminant' | 'support_vectors' | 'additive_boosting';

/** A fitted family and what it does to a row before it reads it; null: it reads gaps and levels as they are. */
export interface LabelModel {
  readonly preparation: Preparation | null;
  readonly model: TrainedModel;
}

export interface LabelFamily extends TunedFamily<ClassificationFamilyName, LabelModel> {
  /** Rows, columns and products that it can be fitted on in reasonable time. */
  readonly most?: { readonly rows?: number; readonly columns?: number };
}
