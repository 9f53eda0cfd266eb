import { encodeRows } from '../gaussian-process/index.ts';
import { fitNeighbours, neighbourMeans } from '../nearest-neighbours/index.ts';
import type { Family } from './types.ts';

export const nearestNeighbours: Family<'nearest-neighbours'> = {
  name: 'nearest-neighbours',
  tasks: ['regression', 'binary'],
  fit(kernels, { x, y, weights, categorical }, { options }) {
    const state = fitNeighbours({ x, y, weights }, { ...options, categorical });
    return { state, unseen: { mean: neighbourMeans(kernels, state, state.x, true) } };
  },
  open: (kernels, state) => ({ predict: (x) => ({ mean: neighbourMeans(kernels, state, encodeRows(x, state.columns)) }) }),
};
