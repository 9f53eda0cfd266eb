// All families of models behind one face: fit, predict, lattices, files.
export { families, fitModel, openModel, predictLattice, predictModel } from './models.ts';
export type { FitSettings, LatticePrediction } from './models.ts';
export { modelFromText, modelToText } from './text.ts';
export { discriminant, lassoLogistic } from './label-surfaces.ts';
export type { DiscriminantOptions, LogOdds } from './label-surfaces.ts';
export type { ElasticNetOptions, SurfaceModel, SurfaceOptions } from './surface.ts';
export type { Family, FamilyFit, FamilyName, FamilyTypes, Prediction, Predictor, Task, TrainedModel, TrainingRows } from './types.ts';
