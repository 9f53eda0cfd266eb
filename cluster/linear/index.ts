export { linearAnalysis } from './run.ts';
export { chooseFeatures, findColumn, remeasuredColumns } from './columns.ts';
export { dealFolds, groupRows, singleGroups } from './folds.ts';
export { completeRows } from './rows.ts';
