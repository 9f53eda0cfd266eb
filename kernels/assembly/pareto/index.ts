export { paretoFront, paretoWorkspace } from './front';
export { paretoRanks, paretoRanksWorkspace } from './ranks';
