export { parseDecimal, parseDecimalBytes } from './parse.ts';
