import type { Job } from '../../../client/index.ts';
import type { Language } from '../../../schemas/index.ts';
import { useApp, useLoaded, type Say } from '../app-context.ts';
import { labelOf } from '../form/field-control.tsx';
import { figure, moment } from '../model/format.ts';
import { readResult, targetsOf, type RunResult } from '../model/results.ts';
import { hashOf } from '../model/route.ts';
import { typeName } from '../parts/run-list.tsx';
import type { Store } from '../model/store.ts';

interface Run { job: Job; found: RunResult }
type Pair = readonly [Run, Run];
interface Row { name: string; cells: readonly [string, string]; better: 0 | 1 | null }

/** Two runs side by side: where they come from, what was set differently, what came out, and which came out better. */
export function CompareScreen({ first, second }: { first: string; second: string }) {
  const { store, state, say } = useApp();
  const { value: runs } = useLoaded((signal) => Promise.all([readRun(store, first, signal), readRun(store, second, signal)]), [first, second]);
  if (runs === undefined) return <p class="empty">{say('ui_loading')}</p>;
  const settings = differences(runs, state.language);
  return (
    <section class="container">
      <h1>{say('ui_compare_title')}</h1>
      <div class="scroll" tabIndex={0} role="region" aria-label={say('ui_compare_title')}><table class="list">
        <thead><tr><th scope="col">{say('ui_setting')}</th>{runs.map(({ job }) => <th scope="col" key={job.job_id}><a href={hashOf({ name: 'job', jobId: job.job_id, page: 'summary' })}>{moment(job.created_at)}</a></th>)}</tr></thead>
        <tbody>{[...provenance(runs, say), ...scores(runs, say), ...settings].map(({ name, cells, better }) => <tr key={name} class={cells[0] === cells[1] ? '' : 'differs'}><th scope="row">{name}</th>{cells.map((cell, at) => <td key={at}>{cell} {better === at && <span class="chip good">{say('ui_better')}</span>}</td>)}</tr>)}
          {settings.length === 0 && <tr><td colSpan={3}>{say('ui_compare_same')}</td></tr>}</tbody>
      </table></div>
      <div class="steps">
        {runs.map(({ job }, at) => <button key={job.job_id} class="button blue" onClick={() => store.set({ configuring: { jobType: job.job_type, again: job } })}>{at + 1}: {say('ui_run_changed')}</button>)}
        <a class="button red" href={hashOf({ name: 'history' })}>{say('ui_back')}</a>
      </div>
    </section>
  );
}

async function readRun(store: Store, jobId: string, signal: AbortSignal): Promise<Run> {
  const job = await store.client.job(jobId, signal);
  return { job, found: job.state === 'completed' ? await readResult(store, jobId, await store.client.artifacts(jobId, signal), signal) : null };
}

function provenance([a, b]: Pair, say: Say): Row[] {
  const row = (name: string, of: (run: Run) => string): Row => ({ name, cells: [of(a), of(b)], better: null });
  return [
    row(say('ui_type'), ({ job }) => typeName(job.job_type, say)), row(say('ui_state'), ({ job }) => say(`ui_state_${job.state}`)), row(say('ui_file'), ({ job }) => job.filename),
    row('SHA-256', ({ job }) => job.dataset_sha256?.slice(0, 16) ?? '–'), row(say('ui_prediction_input'), ({ job }) => job.inputs['prediction']?.filename ?? '–'), row(say('ui_version'), ({ job }) => job.code_version ?? '–'),
  ];
}

interface Score { label: string; value: number | null; high: boolean }

/** Of rows that the models had not seen. */
function scoresOf({ found }: Run, target: string, say: Say): Score[] {
  if (found?.kind === 'nonlinear') {
    const one = found.result.targets.find((other) => other.target === target);
    return one?.status === 'fitted' ? [{ label: say('ui_test_r2'), value: one.final.score.r2, high: true }, { label: say('ui_test_rmse'), value: one.final.score.rmse, high: false }] : [];
  }
  if (found?.kind === 'classification') {
    const { score } = found.result.final;
    return found.result.target === target ? [{ label: say('ui_cv_auc'), value: score.auc, high: true }, { label: 'Brier', value: score.brier, high: false }] : [];
  }
  const one = found?.result.targets.find((other) => other.target === target);
  if (one?.status === 'fitted') return [{ label: say('ui_test_r2'), value: one.cross_validation?.score.r2 ?? null, high: true }, { label: say('ui_test_rmse'), value: one.cross_validation?.score.rmse ?? null, high: false }];
  return one?.status === 'binary' ? [{ label: say('ui_cv_auc'), value: one.binary.cross_validation?.score.auc ?? null, high: true }] : [];
}

function scores(runs: Pair, say: Say): Row[] {
  const targets = [...new Set(runs.flatMap(({ found }) => targetsOf(found)))];
  return targets.flatMap((target) => {
    const [one, two] = runs.map((run) => scoresOf(run, target, say)) as [Score[], Score[]];
    return [...new Map([...one, ...two].map((score) => [score.label, score.high])).entries()].map(([label, high]): Row => {
      const values = [one, two].map((list) => list.find((score) => score.label === label)?.value ?? null) as [number | null, number | null];
      const [a, b] = values;
      return { name: `${target} ${label}`, cells: [figure(a), figure(b)], better: a === null || b === null || figure(a) === figure(b) ? null : (a > b) === high ? 0 : 1 };
    });
  });
}

function differences([a, b]: Pair, language: Language): Row[] {
  const title = (name: string): string => { const label = labelOf(name, language).replace(/[:：]$/, ''); return label === name ? name : `${label} (${name})`; };
  const names = [...new Set([...Object.keys(a.job.parameters), ...Object.keys(b.job.parameters)])];
  const cell = (run: Run, name: string): string => JSON.stringify(run.job.parameters[name]) ?? '–';
  return names.map((name): Row => ({ name: title(name), cells: [cell(a, name), cell(b, name)], better: null })).filter(({ cells: [one, two] }) => one !== two);
}
