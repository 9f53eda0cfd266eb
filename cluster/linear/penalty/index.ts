/** Ridge, lasso and elastic net beside least squares; the thread's side is fit-penalty.ts, large work is shared out by whole.ts. */
export { finishPenalty, fitPenalty, type PenaltyAsk, type PenaltyFit, type PenaltyPoint } from './fit-penalty.ts';
export { crossValidateInTasks, fitWholePenalty, heldBytes, solvePaths, sumGrams, type GramPiece } from './whole.ts';
