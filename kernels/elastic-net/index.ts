export { summarise as summariseFolds, concludePaths as concludeElasticNetCv, runPath as solvePathPiece } from './cross-validation.ts';
export type { FoldSums, PathAnswer, PathPiece, PathPlan } from './cross-validation.ts';
export { elasticNet, elasticNetCv, finishElasticNetCv, planElasticNetCv, prepareElasticNetCv, sumFolds } from './elastic-net.ts';
export { gramBytes, gramOrder, gramTask } from './moments.ts';
export type { GramData, GramTask, Prepared as PreparedElasticNetCv } from './moments.ts';
export type { ElasticNetCv, ElasticNetCvInput, ElasticNetInput, ElasticNetPath } from './types.ts';
