export { brentRoot } from './brent.ts';
