import type { Suite } from '../../harness/index.ts';
import { gaussianProcessCases } from './gaussian-process.ts';
import { latticeCases } from './lattice.ts';
import { paretoCases } from './pareto.ts';

export const models: Suite = { name: 'models', about: 'Gaussian processes, fronts and lattices beside scikit-learn and numpy', cases: [...gaussianProcessCases, ...paretoCases, ...latticeCases] };
