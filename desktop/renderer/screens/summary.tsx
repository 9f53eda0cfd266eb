import type { Artifact, Job } from '../../../client/index.ts';
import { linearResultSchema, type LinearResult, type LinearTarget, type Notice } from '../../../schemas/index.ts';
import { useApp, useLoaded } from '../app-context.ts';
import { clock, figure, moment } from '../model/format.ts';
import { hashOf } from '../model/route.ts';
import { Icon } from '../parts/icons.tsx';
import { fetchArtifact, saveArtifact } from '../parts/save.ts';

const good = 0.7;
const fair = 0.5;

/** 線形解析結果 and its sisters: what was computed, a card per target, the workbook, how to go on. */
export function SummaryPage({ job, artifacts }: { job: Job; artifacts: readonly Artifact[] }) {
  const { store, say } = useApp();
  const resultFile = artifacts.find(({ path }) => path === 'result.json');
  const { value: result } = useLoaded(async (signal) => (resultFile === undefined ? null : linearOf(JSON.parse(await (await fetchArtifact(store, job.job_id, resultFile, signal)).text()) as unknown)), [job.job_id]);
  const workbook = artifacts.find(({ path }) => path.endsWith('prediction_template.xlsx')) ?? artifacts.find(({ file_type: type }) => type === 'xlsx');
  return (
    <>
      <h1>{say(`ui_result_${job.job_type}`)}</h1>
      <ul class="info">
        <li><Icon name="chart" />{say('ui_finished_at', { time: moment(job.finished_at) })}</li>
        <li><Icon name="clock" />{say('ui_duration', { time: job.run_ms === null ? '–' : job.run_ms < 10_000 ? `${(job.run_ms / 1000).toFixed(1)}s` : clock(job.run_ms) })}</li>
        <li><Icon name="file" />{say('ui_source', { name: job.filename })}</li>
        {result && <li><Icon name="line" />{say('ui_records', { count: result.dataset.rows_read })}</li>}
        {result && <li><Icon name="model" />{say('ui_models', { count: result.targets.filter(({ status }) => status !== 'failed').length })}</li>}
      </ul>
      {result === undefined && <p class="empty">{say('ui_loading')}</p>}
      {result && (
        <>
          <h2 class="metrics-title"><Icon name="chart" />{say('ui_metrics')}</h2>
          <div class="cards">{result.targets.map((target) => <Card key={target.target} target={target} />)}</div>
        </>
      )}
      {workbook !== undefined && <><h2><Icon name="folder" />{say('ui_output_directory')}</h2><button class="path" onClick={() => void saveArtifact(store, job.job_id, workbook)}>{workbook.path}</button></>}
      {result && <><h2>{say('ui_model_results')}</h2>{result.targets.map((target) => <ModelRow key={target.target} target={target} />)}<Notices notices={[...result.notices, ...result.targets.flatMap((target) => (target.status === 'failed' ? [] : target.notices))]} /></>}
      <div class="steps"><a class="button blue" href={hashOf({ name: 'job', jobId: job.job_id, page: 'charts' })}>{say('ui_next')}</a></div>
    </>
  );
}

function linearOf(value: unknown): LinearResult | null {
  const parsed = linearResultSchema.safeParse(value);
  return parsed.success ? parsed.data : null;
}

function Card({ target }: { target: LinearTarget }) {
  const { say } = useApp();
  if (target.status === 'failed') return <article class="card"><h3>【{target.target}】</h3><span class="chip bad">{say('ui_failure')}</span></article>;
  if (target.status === 'binary') {
    const { cross_validation: cv, in_sample: inSample, confusion } = target.binary;
    const auc = cv?.score.auc ?? inSample.auc;
    return <article class="card"><h3>【{target.target}】</h3><p>{say('ui_cv_auc')}: <span class={`chip ${tone(auc === null ? null : auc - 0.15)}`}>{figure(auc)}</span></p><p>{say('ui_accuracy')}: {figure((cv?.confusion ?? confusion).accuracy)}</p><p>Brier: {figure(cv?.score.brier ?? inSample.brier)}</p></article>;
  }
  const { cross_validation: cv, fit } = target;
  const folds = cv?.per_fold.map(({ r2 }) => r2).filter((value) => value !== null) ?? [];
  return (
    <article class="card">
      <h3>【{target.target}】</h3>
      <p>{say('ui_cv_r2')}: <span class={`chip ${tone(cv?.score.r2 ?? null)}`}>{figure(cv?.score.r2)}</span></p>
      <p>{say('ui_fit_r2')}: {figure(fit.r2)}</p>
      <p>RMSE: {figure(cv?.score.rmse)} MAE: {figure(cv?.score.mae)}</p>
      {folds.length > 0 && <p class="fold">{say('ui_fold_range')}: {figure(Math.min(...folds), 3)} – {figure(Math.max(...folds), 3)}</p>}
    </article>
  );
}

function tone(r2: number | null): string {
  return r2 === null ? 'mid' : r2 > good ? 'good' : r2 > fair ? 'mid' : 'bad';
}

function ModelRow({ target }: { target: LinearTarget }) {
  const { say } = useApp();
  if (target.status === 'failed') {
    const text = say(target.failure.code, target.failure.values);
    return <div class="model"><b>【{target.target}】</b> <Icon name="bad" />{say('ui_failure')}<br />{say('ui_error')}: {text.startsWith('[') ? target.failure.message : text}</div>;
  }
  const rows = target.status === 'binary' ? target.binary.coefficients : target.coefficients;
  return (
    <div class="model"><b>【{target.target}】</b> <Icon name="ok" />{say('ui_success')}<br />{say('ui_formula')}: <code>{target.formula}</code>
      <details><summary>{say('ui_coefficients')}</summary>
        <div class="scroll" tabIndex={0} role="region" aria-label={say('ui_coefficients')}><table class="grid"><thead><tr><th scope="col">{say('ui_term')}</th><th scope="col">{say('ui_estimate')}</th><th scope="col">{say('ui_interval')}</th><th scope="col">p</th></tr></thead>
          <tbody>{rows.map((row) => <tr key={row.term}><th scope="row">{row.term}</th><td>{figure(row.estimate, 5)}</td><td>{figure(row.ci_low)} – {figure(row.ci_high)}</td><td>{figure(row.p, 3)}</td></tr>)}</tbody></table></div>
      </details>
    </div>
  );
}

function Notices({ notices }: { notices: readonly Notice[] }) {
  const { say } = useApp();
  if (notices.length === 0) return null;
  return <><h2>{say('ui_notices')}</h2><ul class="notices">{notices.map((notice, at) => <li key={at} class={notice.severity}><Icon name={notice.severity === 'info' ? 'info' : 'warning'} />{say(notice.code, { ...notice.where, ...notice.values })}</li>)}</ul></>;
}
