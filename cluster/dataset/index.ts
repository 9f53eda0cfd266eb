/** What every analysis needs of its tables: loading, columns and rows to use, folds, the grid to predict and the files of predictions. */
export { arrowBlock, blockColumn, conditionKeys, type BlockColumn } from './block.ts';
export { chooseFeatures, deburringColumns, findColumn, quantityIn, remeasuredColumns, resolveColumn, type ChosenFeatures } from './columns.ts';
export { conditionsOf, leaves, spelledAs, type Condition } from './conditions.ts';
export { csvLines, quoted } from './csv-lines.ts';
export { dealFolds, groupRows, holdOut, regroup, singleGroups } from './folds.ts';
export { loadTable, type LoadedTable } from './load-table.ts';
export { PredictionFiles } from './prediction-files.ts';
export { readGrid } from './read-grid.ts';
export { completeRows } from './rows.ts';
