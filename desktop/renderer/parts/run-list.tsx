import type { Job } from '../../../client/index.ts';
import { useApp } from '../app-context.ts';
import { clock, moment } from '../model/format.ts';
import { hashOf } from '../model/route.ts';

interface Selection { selected: readonly string[]; onSelect: (jobId: string, on: boolean) => void }

export function RunList({ jobs, selection }: { jobs: readonly Job[]; selection?: Selection }) {
  const { say } = useApp();
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={say('ui_history')}>
      <table class="list">
        <thead><tr>{selection && <th scope="col"><span class="hidden">{say('ui_compare')}</span></th>}<th scope="col">{say('ui_type')}</th><th scope="col">{say('ui_file')}</th><th scope="col">{say('ui_state')}</th><th scope="col">{say('ui_created')}</th><th scope="col">{say('ui_seconds')}</th></tr></thead>
        <tbody>{jobs.map((job) => {
          const name = say('ui_run_of', { type: typeName(job.job_type, say), file: job.filename });
          return (
            <tr key={job.job_id}>
              {selection && <td><input type="checkbox" aria-label={say('ui_select_run', { name })} checked={selection.selected.includes(job.job_id)} onChange={(event) => selection.onSelect(job.job_id, event.currentTarget.checked)} /></td>}
              <td><a href={hashOf({ name: 'job', jobId: job.job_id, page: 'summary' })}>{typeName(job.job_type, say)}</a></td>
              <td>{job.filename}</td>
              <td><span class={`chip state-${job.state}`}>{say(`ui_state_${job.state}`)}{['running', 'publishing'].includes(job.state) ? ` ${job.progress_percent} %` : ''}</span></td>
              <td>{moment(job.created_at)}</td>
              <td>{job.run_ms === null ? '–' : clock(job.run_ms)}</td>
            </tr>
          );
        })}</tbody>
      </table>
    </div>
  );
}

export function typeName(jobType: Job['job_type'], say: (code: string) => string): string {
  return say({ linear_analysis: 'ui_linear', nonlinear_analysis: 'ui_nonlinear', classification: 'ui_classification', optimization: 'ui_optimization' }[jobType]);
}
