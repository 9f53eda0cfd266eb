import { fitGaussianProcess, openPredictor } from '../gaussian-process/index.ts';
import type { Family } from './types.ts';

export const gaussianProcess: Family<'gaussian-process'> = {
  name: 'gaussian-process',
  tasks: ['regression'],
  fit(kernels, { x, y, weights, categorical }, { seed, options }) {
    const { model, leaveOneOut } = fitGaussianProcess(kernels, { x, y, weights }, { ...options, seed, categorical });
    return { state: model, unseen: leaveOneOut };
  },
  open: (kernels, state, { variance }) => openPredictor(kernels, state, { variance }),
};
