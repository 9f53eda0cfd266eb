export { classification } from './run.ts';
