import { instantiate, KernelMemory, loadKernels, type Kernels } from '../../../kernels/index.ts';
import type { Matrix } from '../../../kernels/trees/index.ts';
import { decide } from '../decision/index.ts';
import { distance, rowOf } from '../gate.ts';
import { openClassifier, type Classifier, type Pool } from '../model.ts';

/** What the final model says of settings. */
export interface Judged {
  /** calibrated */
  readonly probability: Float64Array;
  /** 1 yes, 0 no, −1 gray; a setting outside the data is gray, as it is in a prediction */
  readonly decision: Int8Array;
  /** 1: beyond the gate */
  readonly outside: Uint8Array;
}

/** The parts of the final model that decide; without what predicts sets and pairs. */
export type Deciding = Pool & Pick<Classifier, 'thresholds' | 'gate' | 'distanceLimit'>;

export function openJudge(kernels: Kernels, model: Deciding): (x: Matrix) => Judged {
  const predict = openClassifier(kernels, model);
  return (x) => {
    const probability = x.rows === 0 ? new Float64Array() : predict(x);
    const outside = Uint8Array.from({ length: x.rows }, (_, row) => Number(model.distanceLimit !== null && distance(model.gate, rowOf(x, row)) > model.distanceLimit));
    const codes = { yes: 1, no: 0, gray: -1 } as const;
    return { probability, outside, decision: Int8Array.from(probability, (p, row) => (outside[row] === 1 ? codes.gray : codes[decide(model.thresholds, p)])) };
  };
}

/** Thread side. */
export async function judgeSettings({ model, x }: { model: Deciding; x: Matrix }): Promise<Judged> {
  return openJudge(await instantiate(await loadKernels(), KernelMemory.create()), model)(x);
}

/** Thread side: what pools that lack a fold each say of some settings, one after the other. */
export async function poolOpinions({ pools, x }: { pools: readonly Pool[]; x: Matrix }): Promise<Float64Array[]> {
  const kernels = await instantiate(await loadKernels(), KernelMemory.create());
  return pools.map((pool) => openClassifier(kernels, pool)(x));
}
