import type { DiscriminantModel, DiscriminantOptions } from '../discriminant/index.ts';
import type { ColumnCode, GpLabelModel, GpModel, GpOptions } from '../gaussian-process/index.ts';
import type { Kernels } from '../module.ts';
import type { NeighbourModel, NeighbourOptions } from '../nearest-neighbours/index.ts';
import type { SupportVectorClassModel, SupportVectorClassOptions } from '../support-vectors/index.ts';
import type { BoostOptions, Ensemble, ForestOptions, Matrix } from '../trees/index.ts';
import type { ElasticNetOptions, SurfaceModel, SurfaceOptions } from './surface.ts';

/** What is predicted: a number, the probability of label 1 (targets 0 and 1), or that of every label (targets 0 .. classes - 1). */
export type Task = 'regression' | 'binary' | 'multiclass';

export interface TrainingRows {
  x: Matrix;
  y: Float64Array;
  /** Positive; default 1. */
  weights?: Float64Array;
  /** Default Column_0, … */
  featureNames?: readonly string[];
  /** Columns (index) of labels: kernels of distance and surfaces give each level a coordinate, trees compare their codes. */
  categorical?: readonly number[];
}

/** Options and stored state of each family. */
export interface FamilyTypes {
  'boosting': { options: Partial<BoostOptions>; state: Ensemble };
  'random-forest': { options: Omit<ForestOptions, 'kind' | 'seed'>; state: Ensemble };
  'extra-trees': { options: Omit<ForestOptions, 'kind' | 'seed'>; state: Ensemble };
  /** With labels the options of noise, mean and replicates have no meaning and are refused. */
  'gaussian-process': { options: Omit<GpOptions, 'seed' | 'categorical'>; state: GpModel | GpLabelModel };
  'nearest-neighbours': { options: Omit<NeighbourOptions, 'categorical'>; state: NeighbourModel };
  'response-surface': { options: SurfaceOptions; state: SurfaceModel };
  'elastic-net': { options: ElasticNetOptions; state: SurfaceModel };
  /** kind: default linear. logInputs: positive columns enter by their logarithm. */
  'discriminant': { options: Partial<DiscriminantOptions> & { logInputs?: boolean }; state: DiscriminantModel & { columns: ColumnCode[] } };
  'support-vectors': { options: Omit<SupportVectorClassOptions, 'seed' | 'weights'> & { logInputs?: boolean }; state: SupportVectorClassModel & { columns: ColumnCode[] } };
}

export type FamilyName = keyof FamilyTypes;

export interface Prediction {
  /** Target units, probabilities of label 1, or those of every label, f64[classes][rows]. */
  mean: Float64Array;
  /** Of the mean function, target units squared, where the family knows it. */
  variance?: Float64Array;
}

/** A fitted model: plain, structured-cloneable, the same bytes for the same input. `modelToText` makes it a file. */
export interface TrainedModel<F extends FamilyName = FamilyName> {
  family: F;
  task: Task;
  /** Of the task multiclass. */
  classes?: number;
  features: string[];
  state: FamilyTypes[F]['state'];
}

export interface FamilyFit<F extends FamilyName> {
  state: FamilyTypes[F]['state'];
  /** Predictions of the training rows by models that did not see them, where the family has them for nothing (leave-one-out, out-of-bag); NaN where there is none. */
  unseen?: Prediction;
}

/** Laid out in kernel memory, ready for many calls; release the caller's mark to free it. */
export interface Predictor {
  predict(x: Matrix): Prediction;
}

/** One way to learn. */
export interface Family<F extends FamilyName> {
  name: F;
  tasks: readonly Task[];
  fit(kernels: Kernels, rows: TrainingRows, settings: { task: Task; classes: number; seed: number; options: FamilyTypes[F]['options'] }): FamilyFit<F>;
  open(kernels: Kernels, state: FamilyTypes[F]['state'], want: { task: Task; variance: boolean }): Predictor;
  /** Means of a lattice faster than row by row; undefined where this model, or its variance, has no such way. */
  onLattice?(kernels: Kernels, state: FamilyTypes[F]['state'], levels: readonly Float64Array[], want: { variance: boolean }): Float64Array | undefined;
}
