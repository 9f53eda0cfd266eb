import { desiredTasks, idlePeriods, metricPeriodSeconds, scaleInCooldownSeconds, type ScalingStep } from './scaling-policy.ts';

export interface SimulatedJob {
  /** seconds from the start */
  arrives: number;
  seconds: number;
}

export interface Simulation {
  waits: { p50: number; p95: number; longest: number };
  /** hours that tasks stood, and hours in which they worked */
  taskHours: number;
  busyHours: number;
  mostTasks: number;
  /** of each minute: work (s), tasks wanted, tasks there, jobs running */
  minutes: { work: number; wanted: number; tasks: number; running: number }[];
  finished: number;
}

/** From the wish for a task to a worker that takes jobs: image, start of Node, warm job processes. */
const startSeconds = 75;
/** The metric is written, then the alarm looks at it. */
const metricDelaySeconds = 60;

/**
 * The policy of the stack on a stream of jobs, second by second, one job at a time in each task. Busy tasks protect
 * themselves, so a smaller wish ends idle tasks only; jobs are taken in the order in which they came.
 */
export function simulate(steps: readonly ScalingStep[], perTask: number, jobs: readonly SimulatedJob[]): Simulation {
  const arriving = [...jobs].sort((a, b) => a.arrives - b.arrives);
  const waiting: SimulatedJob[] = [];
  const tasks: { ready: number; until: number }[] = [];
  const waits: number[] = [];
  const minutes: Simulation['minutes'] = [];
  const seen: number[] = [];
  let [taskSeconds, busySeconds, most, wanted, lastGrowth, idle, finished] = [0, 0, 0, 0, -Infinity, 0, 0];
  for (let now = 0; arriving.length > 0 || waiting.length > 0 || tasks.length > 0; now += 1) {
    while ((arriving[0]?.arrives ?? Infinity) <= now) waiting.push(arriving.shift() as SimulatedJob);
    for (const task of tasks) {
      if (task.ready > now || task.until > now || waiting.length === 0) continue;
      const job = waiting.shift() as SimulatedJob;
      waits.push(now - job.arrives);
      task.until = now + job.seconds;
      finished += 1;
    }
    const running = tasks.filter((task) => task.until > now);
    const work = waiting.reduce((sum, job) => sum + Math.min(perTask, job.seconds), 0) + running.reduce((sum, task) => sum + Math.min(perTask, task.until - now), 0);
    if (now % metricPeriodSeconds === 0) {
      seen.push(work);
      const known = seen.at(-1 - Math.round(metricDelaySeconds / metricPeriodSeconds)) ?? 0;
      idle = known > 0 ? 0 : idle + 1;
      const wish = known > 0 ? desiredTasks(steps, known) : idle >= idlePeriods ? 0 : wanted;
      if (wish > wanted) [wanted, lastGrowth] = [wish, now];
      else if (now - lastGrowth >= scaleInCooldownSeconds) wanted = wish;
      while (tasks.length < wanted) tasks.push({ ready: now + startSeconds, until: 0 });
      for (let index = tasks.length - 1; index >= 0 && tasks.length > wanted; index -= 1) if ((tasks[index]?.until ?? 0) <= now) tasks.splice(index, 1);
      minutes.push({ work, wanted, tasks: tasks.length, running: running.length });
    }
    taskSeconds += tasks.length;
    busySeconds += running.length;
    most = Math.max(most, tasks.length);
  }
  waits.sort((a, b) => a - b);
  const at = (share: number): number => waits[Math.min(waits.length - 1, Math.floor(share * waits.length))] ?? 0;
  return { waits: { p50: at(0.5), p95: at(0.95), longest: waits.at(-1) ?? 0 }, taskHours: taskSeconds / 3600, busyHours: busySeconds / 3600, mostTasks: most, minutes, finished };
}
