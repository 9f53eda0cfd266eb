export { fromLightgbm, toLightgbm } from './lightgbm.ts';
export { fromXgboost, toXgboost } from './xgboost.ts';
