/** Ridge, lasso and elastic net beside least squares; the thread's side is fit-penalty.ts. */
export { fitPenalty, type PenaltyAsk, type PenaltyFit, type PenaltyPoint } from './fit-penalty.ts';
