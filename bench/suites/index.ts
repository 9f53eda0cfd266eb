import type { Suite } from '../harness/index.ts';
import { accuracy } from './accuracy/index.ts';
import { classification } from './classification/index.ts';
import { design } from './design/index.ts';
import { kernels } from './kernels/index.ts';
import { linear } from './linear/index.ts';
import { models } from './models/index.ts';
import { nonlinear } from './nonlinear/index.ts';
import { pool } from './pool/index.ts';
import { table } from './table/index.ts';
import { trees } from './trees/index.ts';
import { way } from './way/index.ts';

export const suites: readonly Suite[] = [linear, accuracy, table, way, pool, kernels, design, trees, models, nonlinear, classification];
