import { Fault, type FaultValues } from '../../schemas/index.ts';
import type { Job } from '../../client/index.ts';
import type { Speech } from '../text.ts';
import { fit, pad, displayWidth, plain, table } from './table.ts';

/** How a job stands, a line for each thing there is to say. */
export function jobSummary(job: Job, speech: Speech): string {
  const running = job.finished_at === null;
  const lines: [string, string][] = [
    ['job', job.job_id],
    ['type', job.job_type],
    ['file', [job.filename, ...Object.entries(job.inputs).map(([name, input]) => `${name}: ${input.filename}`)].map(plain).join('  ')],
    ['state', speech.say(`state_${job.state}`) + (job.attempt > 1 ? ` (${job.attempt}/${job.max_attempts})` : '')],
    ...(running ? [['percent', `${job.progress_percent} %  ${plain(speech.stage(job.stage, job.state, job.stage_values as FaultValues))}`] as [string, string]] : []),
    ['created', localTime(job.created_at)],
    ...(job.finished_at === null ? [] : [['finished', localTime(job.finished_at)] as [string, string]]),
    ...(job.error === null ? [] : [['error', plain(speech.fault(faultOfJob(job.error)))] as [string, string]]),
  ];
  const names = lines.map(([name]) => speech.say(`column_${name}`));
  const width = Math.max(...names.map(displayWidth));
  return lines.map(([, value], line) => `${pad(names[line] ?? '', width, 'left')}  ${value}`).join('\n');
}

/** A line a job. On a narrow terminal what can be asked for with `status` is left out. */
export function jobTable(jobs: readonly Job[], speech: Speech, columns: number = process.stdout.columns || Infinity): string {
  const all = ['job', 'state', 'percent', 'created', 'type', 'file'] as const;
  const cell = (job: Job): Record<(typeof all)[number], string> => ({
    job: job.job_id, state: speech.say(`state_${job.state}`), percent: `${job.progress_percent} %`, created: localTime(job.created_at), type: job.job_type, file: fit(plain(job.filename), 40),
  });
  for (let shown = all.length; ; shown -= 1) {
    const names = all.slice(0, shown);
    const text = table(names.map((name) => speech.say(`column_${name}`)), jobs.map((job) => names.map((name) => cell(job)[name])), names.map((name) => name !== 'percent'));
    if (shown <= 2 || displayWidth(text.slice(text.indexOf('\n') + 1).split('\n')[0] ?? '') <= columns) return text;
  }
}

/** @returns the error of a job as the Fault it was */
export function faultOfJob(error: NonNullable<Job['error']>): Fault {
  return new Fault(error.code, error.message, { where: error.where, values: error.values as FaultValues | undefined });
}

/** 2026-01-31 09:05:00 of the terminal's time zone. */
function localTime(at: string): string {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
