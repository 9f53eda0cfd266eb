export { gram, gramWorkspace } from './gram';
export { cholesky } from './cholesky';
