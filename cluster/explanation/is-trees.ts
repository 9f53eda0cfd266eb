import type { TrainedModel } from '../../kernels/models/index.ts';

/** Models whose Shapley values are exact (`interventionalShapley`). */
export function isTrees({ family }: TrainedModel): boolean {
  return family === 'boosting' || family === 'random-forest' || family === 'extra-trees';
}
