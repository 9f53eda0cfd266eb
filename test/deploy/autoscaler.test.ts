import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bursts, officeDay } from '../../deploy/arrivals.ts';
import { desiredTasks, scalingSteps } from '../../deploy/scaling-policy.ts';
import { simulate } from '../../deploy/simulate.ts';

describe('the policy', () => {
  test('no work, no task; any work, one; a task for each share of the work; never more than the most', () => {
    const steps = scalingSteps(600, 50);
    assert.deepEqual([0, 0.1, 600, 601].map((work) => desiredTasks(steps, work)), [0, 1, 1, 2]);
    for (let work = 1; work < 60_000; work += 97) {
      const tasks = desiredTasks(steps, work);
      assert.ok(tasks <= 50 && tasks >= Math.min(50, Math.ceil(work / 600)), `${work} s get ${tasks}`);
      assert.ok(tasks <= Math.max(2, 1.6 * work / 600 + 1), `${work} s get ${tasks}`);
    }
    assert.deepEqual(scalingSteps(900, 4).map(({ tasks }) => tasks), [1, 2, 3, 4]);
  });
});

describe('the simulated fleet', () => {
  for (const [name, jobs] of [['an office day', officeDay(300, 300, 1)], ['two bursts', bursts(200, 120, 2)]] as const) {
    test(`${name}: every job ends, idle tasks go, and after it there is none`, () => {
      const { finished, waits, taskHours, busyHours, minutes, mostTasks } = simulate(scalingSteps(600, 20), 600, jobs);
      assert.equal(finished, jobs.length);
      assert.ok(Math.abs(busyHours - jobs.reduce((sum, job) => sum + job.seconds, 0) / 3600) < 0.02 * busyHours, 'hours of work are those of the jobs');
      assert.ok(taskHours < 2 * busyHours, `${taskHours} h for ${busyHours} h of work`);
      assert.ok(waits.p95 < 900, `p95 ${waits.p95} s`);
      assert.ok(mostTasks <= 20);
      assert.deepEqual([minutes[30]?.tasks, minutes.at(-1)?.tasks], [0, 0], 'before the first job and after the last');
    });
  }

  test('one long job is one task, however much work it is', () => {
    const { mostTasks, waits } = simulate(scalingSteps(600, 20), 600, [{ arrives: 10, seconds: 7200 }]);
    assert.equal(mostTasks, 1);
    assert.ok(waits.longest < 300);
  });
});
