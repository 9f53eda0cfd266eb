import type { Efficiencies } from './efficiency.ts';

export interface Comparison {
  /** second / first as efficiencies: above 1 the second design is better */
  d: number;
  a: number;
  e: number;
  averageVariance: number | null;
  largestVariance: number | null;
}

/** How a second design does beside a first one, per run (each figure takes the number of runs into account). */
export function compareDesigns(first: Efficiencies, second: Efficiencies): Comparison {
  const ratio = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a / b);
  return {
    d: second.d / first.d, a: first.a / second.a, e: second.e / first.e,
    averageVariance: ratio(first.i, second.i), largestVariance: ratio(second.g, first.g),
  };
}

/** One number of runs of a scan. */
export interface ScanEntry {
  runs: number;
  /** mean prediction variance of the best design found, not per run */
  averageVariance: number;
  largestStandardError: number;
  /** null without residual degrees of freedom */
  smallestPower: number | null;
  residualDegreesOfFreedom: number;
}

export interface RunSuggestion {
  runs: number;
  /** `target`: the smallest number that meets it; `knee`: from here another run gains less than 1 % of prediction variance; `largest`: neither within the scan */
  reason: 'target' | 'knee' | 'largest';
}

const kneeGain = 0.01;
/** Fewer leave the noise unknown. */
const fewestResidual = 3;

/** Which number of runs to take from a scan (ascending), and why. */
export function suggestRuns(scan: readonly ScanEntry[], target: { power?: number; standardError?: number } = {}): RunSuggestion {
  const { power, standardError } = target;
  if (power !== undefined || standardError !== undefined) {
    const met = scan.find((entry) => (power === undefined || (entry.smallestPower ?? 0) >= power) && (standardError === undefined || entry.largestStandardError <= standardError));
    return met === undefined ? { runs: (scan.at(-1) as ScanEntry).runs, reason: 'largest' } : { runs: met.runs, reason: 'target' };
  }
  // gain per run against the total information n · efficiency: a run that only replaces itself gains 1/n
  const knee = scan.find((entry, i) => {
    const next = scan[i + 1];
    if (next === undefined || entry.residualDegreesOfFreedom < fewestResidual) return false;
    const perRun = (entry.runs * entry.averageVariance) / (next.runs * next.averageVariance);
    return perRun ** (1 / (next.runs - entry.runs)) - 1 < kneeGain;
  });
  return knee === undefined ? { runs: (scan.at(-1) as ScanEntry).runs, reason: 'largest' } : { runs: knee.runs, reason: 'knee' };
}
