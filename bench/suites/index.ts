import type { Suite } from '../harness/index.ts';
import { kernels } from './kernels/index.ts';
import { linear } from './linear/index.ts';

export const suites: readonly Suite[] = [linear, kernels];
