export { predictionWorkbook } from './prediction-workbook.ts';
export { predictBlock } from './predict-block.ts';
export { predictNonlinearGrid, type PredictedGrid } from './predict-grid.ts';
