export { leaveOneOutSums, leaveOneOutWorkspace } from './leave-one-out';
