export { linearAnalysis } from './run.ts';
export { chooseFeatures, deburringColumns, findColumn, remeasuredColumns, resolveColumn } from './columns.ts';
export { arrowBlock, blockColumn, conditionKeys, type BlockColumn } from './prediction/block.ts';
export { csvLines, quoted } from './prediction/chunk.ts';
export { conditionsOf, leaves, spelledAs, type Condition } from './prediction/conditions.ts';
export { PredictionFiles } from './prediction/files.ts';
export { readGrid } from './prediction/grid-table.ts';
export { dealFolds, groupRows, singleGroups } from './folds.ts';
export { completeRows } from './rows.ts';
