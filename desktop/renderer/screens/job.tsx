import { useEffect, useState } from 'preact/hooks';
import type { Artifact, Job } from '../../../client/index.ts';
import { Fault, isTerminal, type FaultValues } from '../../../schemas/index.ts';
import { linesOf, useApp, useLoaded } from '../app-context.ts';
import { hashOf, jobPages, type JobPage } from '../model/route.ts';
import { Icon } from '../parts/icons.tsx';
import { typeName } from '../parts/run-list.tsx';
import { ChartsPage } from './charts.tsx';
import { FilesPage } from './files.tsx';
import { ParetoPage } from './pareto.tsx';
import { PredictionsPage } from './predictions.tsx';
import { PreviewPage } from './preview.tsx';
import { ProgressDialog } from './progress.tsx';
import { ProvenancePage } from './provenance.tsx';
import { SummaryPage } from './summary.tsx';

/** A job, wherever it is in its life: followed while it runs, its results once it is done, what to do when it failed. */
export function JobScreen({ jobId, page, onDeciding }: { jobId: string; page: JobPage; onDeciding: (deciding: boolean) => void }) {
  const { store, say } = useApp();
  const { value: job, reload } = useLoaded((signal) => store.client.job(jobId, signal), [jobId]);
  const ended = job !== undefined && isTerminal(job.state);
  if (job === undefined) return <p class="empty">{say('ui_loading')}</p>;
  if (!ended) return <section class="canvas"><h1 class="product">0.00 sec</h1><div class="graph-area" /><ProgressDialog job={job} onEnd={reload} onHide={() => store.go({ name: 'home' })} /></section>;
  return job.state === 'completed' ? <Completed job={job} page={page} onDeciding={onDeciding} /> : <NotCompleted job={job} />;
}

function Completed({ job, page, onDeciding }: { job: Job; page: JobPage; onDeciding: (deciding: boolean) => void }) {
  const { store, say } = useApp();
  const { value: artifacts } = useLoaded((signal) => store.client.artifacts(job.job_id, signal), [job.job_id]);
  const isDesign = job.job_type === 'optimization';
  if (artifacts === undefined) return <p class="empty">{say('ui_loading')}</p>;
  const pages = jobPages.filter((name) => (name === 'pareto' ? job.job_type === 'nonlinear_analysis' : name !== 'predictions' || !isDesign));
  return (
    <section class={isDesign && page === 'summary' ? 'canvas' : 'container'}>
      <nav class="pages" aria-label={typeName(job.job_type, say)}>{pages.map((name) => <a key={name} href={hashOf({ name: 'job', jobId: job.job_id, page: name })} aria-current={page === name ? 'page' : undefined}>{say({ summary: isDesign ? 'ui_preview' : 'ui_summary', charts: 'ui_charts', files: 'ui_files', predictions: 'ui_prediction', pareto: 'ui_pareto', provenance: 'ui_provenance' }[name])}</a>)}</nav>
      <Page job={job} artifacts={artifacts} page={page} onDeciding={onDeciding} />
    </section>
  );
}

function Page({ job, artifacts, page, onDeciding }: { job: Job; artifacts: Artifact[]; page: JobPage; onDeciding: (deciding: boolean) => void }) {
  switch (page) {
    case 'charts': return <ChartsPage job={job} artifacts={artifacts} />;
    case 'files': return <FilesPage job={job} artifacts={artifacts} />;
    case 'predictions': return <PredictionsPage job={job} artifacts={artifacts} />;
    case 'pareto': return <ParetoPage job={job} artifacts={artifacts} />;
    case 'provenance': return <ProvenancePage job={job} artifacts={artifacts} />;
    default: return job.job_type === 'optimization' ? <PreviewPage job={job} artifacts={artifacts} onDeciding={onDeciding} /> : <SummaryPage job={job} artifacts={artifacts} />;
  }
}

function NotCompleted({ job }: { job: Job }) {
  const { store, say } = useApp();
  const [busy, setBusy] = useState(false);
  useEffect(() => store.log('warning', `${job.job_id}: ${job.state} ${job.error?.code ?? ''}`), [job.job_id]);
  const again = async (): Promise<void> => {
    setBusy(true);
    try {
      store.go({ name: 'job', jobId: (await store.client.retry(job.job_id)).job_id, page: 'summary' });
    } catch (error) {
      setBusy(false);
      store.fail(error);
    }
  };
  const { error } = job;
  return (
    <section class="container">
      <h1>{typeName(job.job_type, say)}</h1>
      <div class={`strip ${job.state === 'cancelled' ? 'mid' : 'bad'}`} role="alert"><Icon name={job.state === 'cancelled' ? 'info' : 'bad'} />{say(job.state === 'cancelled' ? 'ui_job_cancelled' : 'ui_job_failed')}</div>
      <p>{say('ui_source', { name: job.filename })}</p>
      {error !== null && <div class="info">{linesOf(new Fault(error.code, error.message, { where: error.where, values: error.values as FaultValues | undefined }), say).map((line) => <p key={line}>{line}</p>)}<details><summary>{say('ui_details')}</summary><pre tabIndex={0}>{JSON.stringify(error, null, 2)}</pre></details></div>}
      <div class="steps"><button class="button blue" disabled={busy} onClick={() => void again()}>{say('ui_run_again')}</button><a class="button red" href={hashOf({ name: 'filter' })}>{say('ui_back')}</a></div>
    </section>
  );
}
