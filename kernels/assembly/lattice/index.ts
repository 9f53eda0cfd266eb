export { latticeTrees, latticeSum, latticeValues } from './trees';
