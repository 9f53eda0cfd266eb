export { leaveOneOutSums, squares } from './leave-one-out';
