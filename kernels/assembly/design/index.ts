// The exports of this family.
export { designFactorBytes, designOutcome, designProblemBytes, designSearchBytes } from './problem';
export { designGivenStart, designImprove, designRandomStart } from './coordinate-exchange';
export { designListBytes, designWalkBytes } from './candidate-list';
export { designWalkGiven, designWalkImprove, designWalkOutcome, designWalkStart } from './row-exchange';
export { designGoalBytes, designTrialBytes } from './goal';
export { designBlendImprove } from './blend-exchange';
export { designTrialGiven, designTrialImprove, designTrialStart } from './trial-exchange';
