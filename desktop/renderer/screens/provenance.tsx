import { useState } from 'preact/hooks';
import type { Artifact, Job } from '../../../client/index.ts';
import { useApp, useLoaded } from '../app-context.ts';
import { labelOf } from '../form/field-control.tsx';
import { defaultsOf, fieldsOfSchema, valuesOf } from '../form/schema.ts';
import { bytes, moment } from '../model/format.ts';
import { hashOf } from '../model/route.ts';
import { typeName } from '../parts/run-list.tsx';
import { saveBlob } from '../parts/save.ts';

/** Where a result comes from: files with their hashes, settings, seed, version, times; and how to get it again. */
export function ProvenancePage({ job, artifacts }: { job: Job; artifacts: readonly Artifact[] }) {
  const { store, state, say } = useApp();
  const [busy, setBusy] = useState(false);
  const { value: fields } = useLoaded(async (signal) => fieldsOfSchema((await store.client.jobTypes(signal)).find((type) => type.job_type === job.job_type)?.parameters ?? {}), [job.job_type]);
  const prediction = job.inputs['prediction'];
  const seed = job.parameters['random_seed'] ?? (fields && defaultsOf(fields)['random_seed']);
  const facts: [string, string][] = [
    [say('ui_job_id'), job.job_id], [say('ui_type'), typeName(job.job_type, say)], [say('ui_file'), job.filename], ['SHA-256', job.dataset_sha256 ?? '–'],
    ...(prediction === undefined ? [] : [[say('ui_prediction_input'), prediction.filename], ['SHA-256', prediction.sha256 ?? '–']] as [string, string][]),
    [say('ui_seed'), typeof seed === 'number' ? String(seed) : '–'], [say('ui_version'), job.code_version ?? '–'],
    [say('ui_queued'), moment(job.queued_at ?? job.created_at)], [say('ui_started'), moment(job.started_at)], [say('ui_finished'), moment(job.finished_at)],
    [say('ui_attempt'), `${job.attempt} (${job.max_attempts})`], [say('ui_memory'), job.peak_memory_bytes === null ? '–' : bytes(job.peak_memory_bytes)], [say('ui_cpu_time'), job.cpu_ms === null ? '–' : `${(job.cpu_ms / 1000).toFixed(1)} s`],
    [say('ui_files'), String(artifacts.length)], [say('ui_trace_id'), job.trace_id ?? '–'],
  ];
  const again = async (): Promise<void> => {
    setBusy(true);
    try {
      store.go({ name: 'job', jobId: (await store.client.retry(job.job_id)).job_id, page: 'summary' });
    } catch (error) {
      setBusy(false);
      store.fail(error);
    }
  };
  const saveLog = async (): Promise<void> => {
    try {
      saveBlob(new Blob([await store.client.jobLog(job.job_id)], { type: 'application/x-ndjson' }), `job-${job.job_id}.ndjson`);
    } catch (error) {
      store.fail(error);
    }
  };
  const settings = fields && valuesOf(fields, job.parameters);
  const defaults = fields && defaultsOf(fields);
  const isDefault = (path: string): boolean => JSON.stringify(settings?.[path]) === JSON.stringify(defaults?.[path]);
  const ordered = [...fields ?? []].sort((a, b) => Number(isDefault(a.path)) - Number(isDefault(b.path)));
  return (
    <>
      <h1>{say('ui_provenance')}</h1>
      <p class="hint">{say('ui_provenance_hint')}</p>
      <div class="scroll" tabIndex={0} role="region" aria-label={say('ui_provenance')}><table class="list"><tbody>
        {facts.map(([name, value], at) => <tr key={at}><th scope="row">{name}</th><td><code>{value}</code></td></tr>)}
        {job.retry_of !== null && <tr><th scope="row">{say('ui_retry_of')}</th><td><a href={hashOf({ name: 'job', jobId: job.retry_of, page: 'provenance' })}>{job.retry_of}</a></td></tr>}
      </tbody></table></div>
      <h2>{say('ui_parameters')}</h2>
      <div class="scroll tall" tabIndex={0} role="region" aria-label={say('ui_parameters')}><table class="list">
        <thead><tr><th scope="col">{say('ui_setting')}</th><th scope="col">API</th><th scope="col">{say('ui_value')}</th></tr></thead>
        <tbody>{ordered.map(({ path }) => <tr key={path} class={isDefault(path) ? '' : 'differs'}><th scope="row">{labelOf(path, state.language).replace(/[:：]$/, '')}</th><td><code>{path}</code></td><td>{JSON.stringify(settings?.[path]) ?? '–'} {isDefault(path) && <small>{say('ui_default_value')}</small>}</td></tr>)}</tbody>
      </table></div>
      <div class="steps">
        <button class="button blue" disabled={busy} onClick={() => void again()}>{say('ui_run_same')}</button>
        <button class="button blue" onClick={() => store.set({ configuring: { jobType: job.job_type, again: job } })}>{say('ui_run_changed')}</button>
        <button class="button plain" onClick={() => saveBlob(new Blob([`${JSON.stringify(job.parameters, null, 2)}\n`], { type: 'application/json' }), 'parameters.json')}>{say('ui_parameters_save')}</button>
        <button class="button plain" onClick={() => void saveLog()}>{say('ui_log_save')}</button>
      </div>
    </>
  );
}
