/** Ridge, lasso and elastic net beside least squares; the thread's side is fit-penalty.ts, large work is shared out by whole.ts. */
export { asFault, fitPenalty, judgeRidge, moveColumn, type ColumnMove, type PenaltyAsk, type PenaltyFit, type PenaltyPoint } from './fit-penalty.ts';
export { crossValidateInTasks, fitWholePenalty, heldBytes, moveColumns, solvePaths, sumBytes, sumGrams, type GramPiece } from './whole.ts';
export { penaltyColumns } from './columns.ts';
