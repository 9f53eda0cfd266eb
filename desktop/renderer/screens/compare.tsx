import type { Job } from '../../../client/index.ts';
import { linearResultSchema, type LinearResult } from '../../../schemas/index.ts';
import { useApp, useLoaded } from '../app-context.ts';
import { figure, moment } from '../model/format.ts';
import { hashOf } from '../model/route.ts';
import { fetchArtifact } from '../parts/save.ts';
import { typeName } from '../parts/run-list.tsx';
import type { Store } from '../model/store.ts';

interface Run { job: Job; result: LinearResult | null }

/** Two runs side by side: where they come from, what was set differently, what came out. */
export function CompareScreen({ first, second }: { first: string; second: string }) {
  const { store, say } = useApp();
  const { value: runs } = useLoaded((signal) => Promise.all([readRun(store, first, signal), readRun(store, second, signal)]), [first, second]);
  if (runs === undefined) return <p class="empty">{say('ui_loading')}</p>;
  const rows = [...provenance(runs, say), ...scores(runs, say)];
  const settings = differences(runs);
  return (
    <section class="container">
      <h1>{say('ui_compare_title')}</h1>
      <div class="scroll" tabIndex={0} role="region" aria-label={say('ui_compare_title')}><table class="list">
        <thead><tr><th scope="col">{say('ui_setting')}</th>{runs.map(({ job }) => <th scope="col" key={job.job_id}><a href={hashOf({ name: 'job', jobId: job.job_id, page: 'summary' })}>{moment(job.created_at)}</a></th>)}</tr></thead>
        <tbody>{[...rows, ...settings].map(([name, ...cells]) => <tr key={name} class={cells[0] === cells[1] ? '' : 'differs'}><th scope="row">{name}</th>{cells.map((cell, at) => <td key={at}>{cell}</td>)}</tr>)}
          {settings.length === 0 && <tr><td colSpan={3}>{say('ui_compare_same')}</td></tr>}</tbody>
      </table></div>
      <div class="steps"><a class="button red" href={hashOf({ name: 'history' })}>{say('ui_back')}</a></div>
    </section>
  );
}

async function readRun(store: Store, jobId: string, signal: AbortSignal): Promise<Run> {
  const job = await store.client.job(jobId, signal);
  if (job.state !== 'completed') return { job, result: null };
  const file = (await store.client.artifacts(jobId, signal)).find(({ path }) => path === 'result.json');
  if (file === undefined) return { job, result: null };
  const parsed = linearResultSchema.safeParse(JSON.parse(await (await fetchArtifact(store, jobId, file, signal)).text()));
  return { job, result: parsed.success ? parsed.data : null };
}

type Row = [name: string, first: string, second: string];

function provenance([a, b]: [Run, Run], say: (code: string) => string): Row[] {
  const row = (name: string, of: (run: Run) => string): Row => [name, of(a), of(b)];
  return [
    row(say('ui_type'), ({ job }) => typeName(job.job_type, say)), row(say('ui_state'), ({ job }) => say(`ui_state_${job.state}`)), row(say('ui_file'), ({ job }) => job.filename),
    row('SHA-256', ({ job }) => job.dataset_sha256?.slice(0, 16) ?? '–'), row(say('ui_version'), ({ job }) => job.code_version ?? '–'),
  ];
}

function scores(runs: [Run, Run], say: (code: string) => string): Row[] {
  const targets = [...new Set(runs.flatMap(({ result }) => result?.targets.map(({ target }) => target) ?? []))];
  return targets.flatMap((name) => {
    const found = runs.map(({ result }) => result?.targets.find(({ target }) => target === name));
    const of = (label: string, pick: (target: NonNullable<(typeof found)[number]>) => number | null | undefined): Row => [`${name} ${label}`, ...found.map((target) => (target === undefined ? '–' : figure(pick(target))))] as unknown as Row;
    return [of(say('ui_cv_r2'), (target) => (target.status === 'fitted' ? target.cross_validation?.score.r2 : null)), of(say('ui_cv_rmse'), (target) => (target.status === 'fitted' ? target.cross_validation?.score.rmse : null)), of(say('ui_cv_auc'), (target) => (target.status === 'binary' ? target.binary.cross_validation?.score.auc : null))].filter(([, one, two]) => one !== '–' || two !== '–');
  });
}

function differences([a, b]: [Run, Run]): Row[] {
  const names = [...new Set([...Object.keys(a.job.parameters), ...Object.keys(b.job.parameters)])];
  return names.map((name): Row => [name, JSON.stringify(a.job.parameters[name]) ?? '–', JSON.stringify(b.job.parameters[name]) ?? '–']).filter(([, one, two]) => one !== two);
}
