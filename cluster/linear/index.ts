export { linearAnalysis } from './run.ts';
