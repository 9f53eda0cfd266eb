import type { Suite } from '../../harness/index.ts';
import { defaultJob } from './default-job.ts';
import { frontCases } from './fronts.ts';
import { publicSets } from './public-sets.ts';
import { regretCases } from './regret.ts';
import { samplerCases } from './sampler.ts';
import { study } from './study.ts';

export const nonlinear: Suite = { name: 'nonlinear', about: 'The default job on the real table, one LightGBM study, the sampler alone and its regret, fronts of test problems, beside recorded figures of Optuna 3.1', cases: [defaultJob, publicSets, study, ...samplerCases, ...regretCases, ...frontCases] };
