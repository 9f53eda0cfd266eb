import { KernelError } from '../errors.ts';
import { fitGaussianLabels, fitGaussianProcess, openLabelPredictor, openPredictor, predictGaussianProcessOnLattice } from '../gaussian-process/index.ts';
import type { GpOptions } from '../gaussian-process/index.ts';
import type { Family } from './types.ts';

/** Options that a process of labels does not have. */
const NUMBERS_ONLY = ['mean', 'scaleTarget', 'mergeReplicates', 'screeningRows', 'bounds'] as const satisfies readonly (keyof GpOptions)[];

export const gaussianProcess: Family<'gaussian-process'> = {
  name: 'gaussian-process',
  tasks: ['regression', 'binary'],
  fit(kernels, { x, y, weights, categorical }, { task, seed, options }) {
    if (task === 'binary') {
      const stray = NUMBERS_ONLY.find((name) => options[name] !== undefined);
      if (stray !== undefined) throw new KernelError('kernel_domain', `${stray} has no meaning for labels`, { name: stray });
      return { state: fitGaussianLabels(kernels, { x, y, weights }, { ...options, seed, categorical }).model };
    }
    const { model, leaveOneOut } = fitGaussianProcess(kernels, { x, y, weights }, { ...options, seed, categorical });
    return { state: model, unseen: leaveOneOut };
  },
  onLattice: (kernels, state, levels, { variance }) => (variance || 'root' in state ? undefined : predictGaussianProcessOnLattice(kernels, state, levels)),
  open(kernels, state, { variance }) {
    if (!('root' in state)) return openPredictor(kernels, state, { variance });
    const opened = openLabelPredictor(kernels, state);
    return { predict: (x) => ({ mean: opened.predict(x).probability }) };
  },
};
