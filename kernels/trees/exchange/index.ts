export { fromLightgbm, toLightgbm } from './lightgbm.ts';
export { fromXgboost, fromXgboostUbj, toXgboost, toXgboostUbj } from './xgboost.ts';
