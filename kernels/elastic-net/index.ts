export { elasticNet, elasticNetCv, finishElasticNetCv, prepareElasticNetCv } from './elastic-net.ts';
export { gramTask } from './moments.ts';
export type { GramData, GramTask, Prepared as PreparedElasticNetCv } from './moments.ts';
export type { ElasticNetCv, ElasticNetCvInput, ElasticNetInput, ElasticNetPath } from './types.ts';
