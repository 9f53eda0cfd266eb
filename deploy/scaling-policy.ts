/**
 * How many worker tasks an amount of work gets: a step function of the work that is queued and still to do in running jobs,
 * in seconds of one task. The stack writes these very steps into the scaling policy, and the simulation runs them.
 */
export interface ScalingStep {
  /** from this much work on, seconds */
  fromSeconds: number;
  tasks: number;
}

/** Most steps of one policy (quota of Application Auto Scaling). */
const mostSteps = 20;
/** The metric is written so often, seconds. */
export const metricPeriodSeconds = 60;
/** No work for so many periods in a row: no task. */
export const idlePeriods = 10;
/** After a change no smaller number of tasks for so long, seconds. */
export const scaleInCooldownSeconds = 180;

/** One task for any work at all, then one more for each `perTask` seconds, up to `most`; large fleets grow by larger steps. */
export function scalingSteps(perTask: number, most: number): ScalingStep[] {
  const counts = new Set<number>();
  for (let step = 0; step < mostSteps; step += 1) counts.add(most <= mostSteps ? Math.min(most, step + 1) : Math.round(most ** (step / (mostSteps - 1))));
  // rounding merges the first of many steps; what is left over goes between the largest
  return [...counts].sort((a, b) => a - b).map((tasks, index, all) => ({ fromSeconds: index === 0 ? 0 : (all[index - 1] as number) * perTask, tasks }));
}

/** @param workSeconds queued and still to do */
export function desiredTasks(steps: readonly ScalingStep[], workSeconds: number): number {
  if (workSeconds <= 0) return 0;
  return steps.findLast((step) => workSeconds > step.fromSeconds)?.tasks ?? 0;
}
