export { nonlinearAnalysis } from './run.ts';
