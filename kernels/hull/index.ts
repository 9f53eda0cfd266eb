export { convexHull, type ConvexHull } from './hull.ts';
