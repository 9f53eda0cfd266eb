export { nearestRows } from './nearest';
