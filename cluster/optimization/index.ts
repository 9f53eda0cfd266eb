export { optimization } from './run.ts';
