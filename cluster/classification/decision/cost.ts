/** What each kind of decision costs; correct ones are free. */
export interface DecisionCosts {
  readonly false_positive: number;
  readonly false_negative: number;
  /** of deciding neither (a re-test); null: there is no such choice */
  readonly gray: number | null;
}

/** Probability above which YES is the cheaper label: c_FP / (c_FP + c_FN). */
export function breakEven({ false_positive, false_negative }: DecisionCosts): number {
  return false_positive / (false_positive + false_negative);
}

/** The decision of least expected cost and that cost; the gray one only where it is strictly cheaper. */
export function cheapest(costs: DecisionCosts, probability: number): { decision: 'yes' | 'no' | 'gray'; cost: number } {
  const yes = (1 - probability) * costs.false_positive;
  const no = probability * costs.false_negative;
  const label = probability > breakEven(costs) ? ({ decision: 'yes', cost: yes } as const) : ({ decision: 'no', cost: no } as const);
  return costs.gray !== null && costs.gray < label.cost ? { decision: 'gray', cost: costs.gray } : label;
}

/** Vickers & Elkin 2006: benefit per row of acting on p > threshold, false positives weighed by the threshold's odds. */
export function netBenefit(probabilities: ArrayLike<number>, labels: ArrayLike<number>, threshold: number): number {
  let benefit = 0;
  for (let i = 0; i < labels.length; i++) {
    if ((probabilities[i] as number) < threshold) continue;
    benefit += labels[i] === 1 ? 1 : -threshold / (1 - threshold);
  }
  return benefit / labels.length;
}
