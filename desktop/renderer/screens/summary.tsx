import type { Artifact, Job } from '../../../client/index.ts';
import { useApp, useLoaded } from '../app-context.ts';
import { clock, moment } from '../model/format.ts';
import { readResult, type RunResult } from '../model/results.ts';
import { hashOf } from '../model/route.ts';
import { Icon } from '../parts/icons.tsx';
import { saveArtifact } from '../parts/save.ts';
import { ClassificationCards, ClassificationFacts, ClassificationModels } from './results/classification.tsx';
import { LinearCards, LinearModels } from './results/linear.tsx';
import { NonlinearCards, NonlinearModels } from './results/nonlinear.tsx';
import { Notices } from './results/shared.tsx';

/** 線形解析結果 and its sisters: what was computed, a card per target, the workbook, how to go on. */
export function SummaryPage({ job, artifacts }: { job: Job; artifacts: readonly Artifact[] }) {
  const { store, say } = useApp();
  const { value: found } = useLoaded((signal) => readResult(store, job.job_id, artifacts, signal), [job.job_id]);
  const result = found?.result;
  const workbook = artifacts.find(({ path }) => /prediction_template\.xlsx$|analysis_results\.xlsx$/.test(path)) ?? artifacts.find(({ file_type: type }) => type === 'xlsx');
  return (
    <>
      <h1>{say(`ui_result_${job.job_type}`)}</h1>
      {job.job_type !== 'linear_analysis' && <p class="strip good"><Icon name="ok" />{say(`ui_done_${job.job_type}`)}</p>}
      <ul class="info">
        <li><Icon name="chart" />{say('ui_finished_at', { time: moment(job.finished_at) })}</li>
        <li><Icon name="clock" />{say('ui_duration', { time: job.run_ms === null ? '–' : job.run_ms < 10_000 ? `${(job.run_ms / 1000).toFixed(1)}s` : clock(job.run_ms) })}</li>
        <li><Icon name="file" />{say('ui_source', { name: job.filename })}</li>
        {result && <li><Icon name="line" />{say('ui_records', { count: result.dataset.rows_read })}</li>}
        {found?.kind === 'classification' ? <ClassificationFacts result={found.result} /> : found && <li><Icon name="model" />{say('ui_models', { count: found.result.targets.filter(({ status }) => status !== 'failed').length })}</li>}
      </ul>
      {found === undefined && <p class="empty">{say('ui_loading')}</p>}
      {found && <><h2 class="metrics-title"><Icon name="chart" />{say('ui_metrics')}</h2><Cards found={found} /></>}
      {workbook !== undefined && <><h2><Icon name="folder" />{say('ui_output_directory')}</h2><button class="path" onClick={() => void saveArtifact(store, job.job_id, workbook)}>{workbook.path}</button></>}
      {found && <><h2>{say('ui_model_results')}</h2><Models found={found} /><Notices notices={noticesOf(found)} /></>}
      <div class="steps"><a class="button blue" href={hashOf({ name: 'job', jobId: job.job_id, page: 'charts' })}>{say('ui_next')}</a></div>
    </>
  );
}

type Found = NonNullable<RunResult>;

function Cards({ found }: { found: Found }) {
  if (found.kind === 'classification') return <ClassificationCards result={found.result} />;
  return found.kind === 'linear' ? <LinearCards result={found.result} /> : <NonlinearCards result={found.result} />;
}

function Models({ found }: { found: Found }) {
  if (found.kind === 'classification') return <ClassificationModels result={found.result} />;
  return found.kind === 'linear' ? <LinearModels result={found.result} /> : <NonlinearModels result={found.result} />;
}

function noticesOf({ kind, result }: Found) {
  if (kind === 'classification') return result.notices;
  return [...result.notices, ...result.targets.flatMap((target) => (target.status === 'failed' ? [] : target.notices))];
}
