export { isBinaryTarget, outcomeColumn, outcomeOf, type Outcome } from './outcome.ts';
