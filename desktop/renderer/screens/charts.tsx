import { useState } from 'preact/hooks';
import type { Artifact, Job } from '../../../client/index.ts';
import { useApp } from '../app-context.ts';
import { Chart } from '../charts/chart.tsx';
import { chartSets } from '../charts/sets.ts';
import { hashOf } from '../model/route.ts';
import { Icon } from '../parts/icons.tsx';

/** The original's carousel (spec ui.md §2.13): one chart at a time, ◀ ▶ and the arrow keys, wrapping around. */
export function ChartsPage({ job, artifacts }: { job: Job; artifacts: readonly Artifact[] }) {
  const { say } = useApp();
  const sets = chartSets(artifacts);
  const [at, setAt] = useState(0);
  const [title, setTitle] = useState('');
  const set = sets[at];
  const step = (by: number): void => setAt((at + by + sets.length) % sets.length);
  return (
    <>
      <h1>{say(`ui_charts_${job.job_type}`)}</h1>
      {set === undefined ? <p class="strip bad"><Icon name="warning" />{say('ui_no_charts')}</p> : (
        <div class="carousel" onKeyDown={(event) => { if (event.key === 'ArrowLeft') step(-1); else if (event.key === 'ArrowRight') step(1); }}>
          <Chart jobId={job.job_id} set={set} onTitle={setTitle} />
          <div class="steps"><button class="button blue narrow" onClick={() => step(-1)}>{say('ui_previous_chart')}</button><button class="button blue narrow" onClick={() => step(1)}>{say('ui_next_chart')}</button></div>
          <p class="caption" role="status"><Icon name="chart" />{title} ({at + 1}/{sets.length})</p>
        </div>
      )}
      <div class="steps"><a class="button red" href={hashOf({ name: 'job', jobId: job.job_id, page: 'summary' })}>{say('ui_back')}</a>{job.job_type !== 'optimization' && <a class="button go" href={hashOf({ name: 'job', jobId: job.job_id, page: 'predictions' })}>{say('ui_prediction')}</a>}</div>
    </>
  );
}
