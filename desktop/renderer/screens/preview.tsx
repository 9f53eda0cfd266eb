import { useEffect, useState } from 'preact/hooks';
import type { Artifact, Job } from '../../../client/index.ts';
import { optimizationResultSchema, type OptimizationResult } from '../../../schemas/index.ts';
import { useApp, useLoaded } from '../app-context.ts';
import { Chart } from '../charts/chart.tsx';
import { chartSets, stemOf } from '../charts/sets.ts';
import { figure } from '../model/format.ts';
import { readStored, writeStored } from '../model/stored.ts';
import { fetchArtifact, saveArtifact } from '../parts/save.ts';

const isList = (value: unknown): boolean => Array.isArray(value);

/** Ten pages of a design and the OK/NG gate: OK keeps it and saves the list of runs, NG deletes it. */
export function PreviewPage({ job, artifacts, onDeciding }: { job: Job; artifacts: readonly Artifact[]; onDeciding: (deciding: boolean) => void }) {
  const { store, say } = useApp();
  const [design, setDesign] = useState(0);
  const [page, setPage] = useState(0);
  const [accepted, setAccepted] = useState(() => readStored<string[]>('accepted', [], isList).includes(job.job_id));
  const file = artifacts.find(({ path }) => path === 'result.json');
  const { value: result } = useLoaded(async (signal) => (file === undefined ? null : optimizationResultSchema.parse(JSON.parse(await (await fetchArtifact(store, job.job_id, file, signal)).text()))), [job.job_id]);
  useEffect(() => {
    onDeciding(!accepted);
    return () => onDeciding(false);
  }, [accepted]);
  if (result === undefined) return <p class="empty">{say('ui_loading')}</p>;
  const preview = result?.previews[design];
  const sets = chartSets(artifacts);
  const charts = (preview?.charts ?? []).flatMap((path) => sets.filter(({ stem }) => stem === stemOf(path)));
  const pages = charts.length + (preview === undefined ? 0 : 1);
  const chart = charts[page];
  const step = (by: number): void => setPage(Math.min(pages - 1, Math.max(0, page + by)));

  const accept = async (): Promise<void> => {
    writeStored('accepted', [...readStored<string[]>('accepted', [], isList), job.job_id]);
    setAccepted(true);
    const list = artifacts.find(({ path, file_type: type }) => type === 'xlsx' && path.includes('新規実験点')) ?? artifacts.find(({ file_type: type }) => type === 'xlsx') ?? artifacts.find(({ file_type: type }) => type === 'csv');
    if (list !== undefined) await saveArtifact(store, job.job_id, list);
    store.toast('ui_accepted');
  };
  const reject = async (): Promise<void> => {
    if (!(await store.ask(say('ui_confirm_discard')))) return;
    try {
      await store.client.delete(job.job_id);
      store.go({ name: 'home' });
    } catch (error) {
      store.fail(error);
    }
  };
  return (
    <div class="preview" onKeyDown={(event) => { if (event.key === 'ArrowLeft') step(-1); else if (event.key === 'ArrowRight') step(1); }}>
      <h1 class="product">0.00 sec</h1>
      {result !== null && result.previews.length > 1 && <div class="design-choice" role="group" aria-label={say('ui_design')}>{result.previews.map((one, at) => <button key={one.title} class="chip" aria-pressed={at === design} onClick={() => { setDesign(at); setPage(0); }}>{one.title}</button>)}</div>}
      <div class="graph-area">{chart !== undefined ? <Chart jobId={job.job_id} set={chart} onTitle={() => undefined} /> : result && preview && <RunTable result={result} design={design} />}</div>
      <div class="page-buttons"><span role="status">{say('ui_page', { page: page + 1, pages })}</span><button class="button nav" disabled={page === 0} onClick={() => step(-1)}>{say('ui_previous_page')}</button><button class="button nav" disabled={page >= pages - 1} onClick={() => step(1)}>{say('ui_next_page')}</button></div>
      <div class="gate"><button class="button ok" disabled={accepted} onClick={() => void accept()}>{say('ui_ok')}</button><button class="button ng" disabled={accepted} onClick={() => void reject()}>{say('ui_ng')}</button></div>
    </div>
  );
}

/** The list of runs; the score, equal in every row, stands once above it. */
function RunTable({ result, design }: { result: OptimizationResult; design: number }) {
  const { say } = useApp();
  const preview = result.previews[design];
  const found = result.designs[design];
  if (preview === undefined) return null;
  const score = preview.table.columns.findIndex((name) => name.endsWith('基準値'));
  const kept = preview.table.columns.map((_, at) => at).filter((at) => at !== score && preview.table.rows.some((row) => row[at] !== null));
  const value = preview.table.rows[0]?.[score];
  return (
    <div class="run-table">
      <h2>{preview.title}</h2>
      <p class="score">{typeof value === 'number' && say('ui_design_score', { name: found?.name ?? '', value: figure(value, 6) })} {typeof found?.criteria.d_relative === 'number' && say('ui_d_efficiency', { value: figure(found.criteria.d_relative * 100, 3) })}</p>
      <div class="scroll" tabIndex={0} role="region" aria-label={preview.title}><table class="grid"><thead><tr>{kept.map((at) => <th scope="col" key={at}>{preview.table.columns[at]}</th>)}</tr></thead>
        <tbody>{preview.table.rows.map((row, place) => <tr key={place}>{kept.map((at) => { const cell = row[at]; return <td key={at}>{typeof cell === 'number' ? figure(cell, 6) : cell}</td>; })}</tr>)}</tbody></table></div>
    </div>
  );
}
