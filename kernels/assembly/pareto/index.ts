export { paretoFront, paretoRanks, paretoWorkspace } from './front';
