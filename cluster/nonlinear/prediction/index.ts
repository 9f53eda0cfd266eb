export { predictBlock } from './predict-block.ts';
export { predictNonlinearGrid, type PredictedGrid } from './predict-grid.ts';
