// The exports of this family.
export { linearPredictor, weightedLeverage, weightedLeverageWorkspace } from './rows';
export { logitRows } from './logit';
