import { useRef, useState } from 'preact/hooks';
import type { Artifact, Job } from '../../../client/index.ts';
import type { NonlinearResult } from '../../../schemas/index.ts';
import { useApp, useLoaded } from '../app-context.ts';
import { Scatter } from '../charts/scatter.tsx';
import { svgOf } from '../charts/svg-file.ts';
import { figure } from '../model/format.ts';
import { csvOfFront, frontOf, frontOfSearch, pairsOf, valueOn, type Front, type FrontPoint } from '../model/front.ts';
import { readResult } from '../model/results.ts';
import { hashOf } from '../model/route.ts';
import { readWorkbook } from '../model/workbook.ts';
import { Icon } from '../parts/icons.tsx';
import { fetchArtifact, saveArtifact, saveBlob } from '../parts/save.ts';

const none: ReadonlySet<number> = new Set();
/** more rows than a reader goes through; the workbook has all */
const mostListed = 200;

/** パレート分析結果: every pair of objectives as linked scatters, a point's conditions, the front as a table. */
export function ParetoPage({ job, artifacts }: { job: Job; artifacts: readonly Artifact[] }) {
  const { store, say } = useApp();
  const workbook = artifacts.find(({ path }) => path.endsWith('pareto_frontier.xlsx'));
  const { value: loaded } = useLoaded(async (signal) => {
    const found = await readResult(store, job.job_id, artifacts, signal);
    if (found?.kind !== 'nonlinear') return null;
    const { pareto, pareto_search: search, next_experiments: next } = found.result;
    const sheet = pareto === null || workbook === undefined ? [] : await readWorkbook(await fetchArtifact(store, job.job_id, workbook, signal));
    const fronts = [...(pareto === null ? [] : [{ name: 'ui_pareto_grid', front: frontOf(pareto, sheet) }]), ...(search === null ? [] : [{ name: 'ui_pareto_search', front: frontOfSearch(search) }])];
    return fronts.length === 0 ? null : { fronts, next };
  }, [job.job_id]);
  const [shownName, setShown] = useState('');
  const open = loaded?.fronts.find(({ name }) => name === shownName) ?? loaded?.fronts[0];
  return (
    <>
      <h1>{say('ui_pareto_title')}</h1>
      {loaded === undefined ? <p class="empty">{say('ui_loading')}</p> : loaded === null ? <p class="strip mid">{say('ui_pareto_none')}</p> : (
        <>
          {loaded.fronts.length > 1 && <p><label>{say('ui_pareto_source')} <select value={open?.name} onChange={(event) => setShown(event.currentTarget.value)}>{loaded.fronts.map(({ name }) => <option key={name} value={name}>{say(name)}</option>)}</select></label></p>}
          {open !== undefined && <FrontView key={open.name} front={open.front} />}
          {loaded.next.length > 0 && <NextExperiments next={loaded.next} />}
        </>
      )}
      <div class="steps">
        <a class="button red" href={hashOf({ name: 'job', jobId: job.job_id, page: 'predictions' })}>{say('ui_back')}</a>
        {loaded && workbook !== undefined && <button class="button go" onClick={() => void saveArtifact(store, job.job_id, workbook)}>{say('ui_pareto_export_all')}</button>}
      </div>
    </>
  );
}

function FrontView({ front }: { front: Front }) {
  const { say } = useApp();
  const { points, objectives, axes } = front;
  const names = objectives.map(({ name }) => name);
  const plots = useRef<HTMLDivElement>(null);
  const [picked, setPicked] = useState<number | null>(null);
  const [selected, setSelected] = useState<ReadonlySet<number>>(none);
  const [free, setFree] = useState<[string, string]>([axes.find((axis) => !names.includes(axis)) ?? names[0] ?? '', names[0] ?? '']);
  const panel = (x: string, y: string) => (
    <Scatter points={points.map((point) => ({ id: point.row, x: valueOn(front, point, x), y: valueOn(front, point, y) }))} names={{ x: titleOf(front, x), y: titleOf(front, y) }}
      picked={picked} selected={selected} knee={front.knee} onPick={setPicked} onSelect={setSelected} />
  );
  const chosen = points.filter(({ row }) => selected.has(row));
  const savePlots = (): void => {
    const drawn = [...plots.current?.querySelectorAll('svg') ?? []];
    if (drawn.length > 0) saveBlob(new Blob([svgOf(drawn)], { type: 'image/svg+xml' }), 'pareto.svg');
  };
  return (
    <>
      <ul class="info">
        <li><Icon name="line" />{say('ui_pareto_summary', { front: front.size, candidates: front.candidates })}{front.size > points.length && ` ${say('ui_pareto_shown', { count: points.length })}`}</li>
        {front.hypervolume !== null && <li><Icon name="chart" />{say('ui_pareto_volume', { value: figure(front.hypervolume) })}</li>}
        {front.knee !== null && <li><span class="legend knee" aria-hidden="true">◆</span>{say('ui_pareto_knee')}: <button class="link" onClick={() => setPicked(front.knee)}>{say('ui_row')} {front.knee}</button></li>}
      </ul>
      <p class="hint">{say('ui_pareto_hint')} <span class="stretch" /><button class="link" onClick={savePlots}>{say('ui_pareto_save_plots')}</button></p>
      <div class="pareto">
        <div class="plots" ref={plots}>
          {pairsOf(names).map(([x, y]) => <figure key={`${x} ${y}`}>{panel(x, y)}</figure>)}
          <figure>
            {panel(free[0], free[1])}
            <figcaption>{say('ui_free_plot')}: <Axis label={say('ui_axis_x')} value={free[0]} axes={axes} onChange={(axis) => setFree([axis, free[1]])} /> <Axis label={say('ui_axis_y')} value={free[1]} axes={axes} onChange={(axis) => setFree([free[0], axis])} /></figcaption>
          </figure>
        </div>
        <Conditions front={front} point={points.find(({ row }) => row === picked)} />
      </div>
      <h2>{say('ui_pareto_table')} {selected.size > 0 && <small>{say('ui_pareto_selected', { count: selected.size })} <button class="link" onClick={() => setSelected(none)}>{say('ui_pareto_clear')}</button></small>}</h2>
      <FrontTable front={front} points={selected.size > 0 ? chosen : points} picked={picked} onPick={setPicked} />
      <p><button class="button small blue" onClick={() => saveBlob(new Blob([csvOfFront(front, selected.size > 0 ? chosen : points)], { type: 'text/csv' }), 'pareto.csv')}>{say('ui_pareto_export')}</button></p>
    </>
  );
}

/** Where an experiment would move the front most: what the models expect there, and how sure they are. */
function NextExperiments({ next }: { next: NonlinearResult['next_experiments'] }) {
  const { say } = useApp();
  const factors = Object.keys(next[0]?.settings ?? {});
  const objectives = next[0]?.expected.map(({ name }) => name) ?? [];
  return (
    <section>
      <h2>{say('ui_next_experiments')}</h2>
      <p class="hint">{say('ui_next_experiments_hint')}</p>
      <div class="scroll" tabIndex={0} role="region" aria-label={say('ui_next_experiments')}><table class="grid">
        <thead><tr><th scope="col">No.</th>{factors.map((name) => <th scope="col" key={name}>{name}</th>)}{objectives.map((name) => <th scope="col" key={name}>{name}</th>)}<th scope="col">{say('ui_next_experiments_gain')}</th></tr></thead>
        <tbody>{next.map(({ settings, expected, gain }, at) => <tr key={at}><th scope="row">{at + 1}</th>{factors.map((name) => <td key={name}>{shown(String(settings[name] ?? ''))}</td>)}{expected.map(({ name, mean, error }) => <td key={name}>{figure(mean)} ± {figure(error, 2)}</td>)}<td>{figure(100 * gain, 2)} %</td></tr>)}</tbody>
      </table></div>
    </section>
  );
}

function titleOf({ objectives }: Front, axis: string): string {
  const aim = objectives.find(({ name }) => name === axis)?.aim;
  return aim === 'min' ? `${axis} ↓` : aim === 'max' ? `${axis} ↑` : axis;
}

function Axis({ label, value, axes, onChange }: { label: string; value: string; axes: readonly string[]; onChange: (axis: string) => void }) {
  return <label>{label} <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>{axes.map((axis) => <option key={axis} value={axis}>{axis}</option>)}</select></label>;
}

function Conditions({ front, point }: { front: Front; point: FrontPoint | undefined }) {
  const { say } = useApp();
  return (
    <aside class="conditions" aria-live="polite">
      {point === undefined ? <p class="empty">{say('ui_pareto_no_point')}</p> : (
        <>
          <h2>{say('ui_pareto_point', { row: point.row })}</h2>
          <dl>
            {front.objectives.map(({ name }, at) => <div key={name} class="objective-value"><dt>{titleOf(front, name)}</dt><dd>{figure(point.objectives[at])}</dd></div>)}
            {front.factors.map((name) => <div key={name}><dt>{name}</dt><dd>{shown(point.cells[name] ?? '')}</dd></div>)}
          </dl>
        </>
      )}
    </aside>
  );
}

function FrontTable({ front, points, picked, onPick }: { front: Front; points: readonly FrontPoint[]; picked: number | null; onPick: (row: number) => void }) {
  const { say } = useApp();
  const listed = points.slice(0, mostListed);
  return (
    <div class="scroll tall" tabIndex={0} role="region" aria-label={say('ui_pareto_table')}><table class="grid">
      <thead><tr><th scope="col">{say('ui_row')}</th>{front.objectives.map(({ name }) => <th scope="col" key={name}>{titleOf(front, name)}</th>)}{front.factors.map((name) => <th scope="col" key={name}>{name}</th>)}</tr></thead>
      <tbody>{listed.map((point) => <tr key={point.row} class={point.row === picked ? 'differs' : ''}><th scope="row"><button class="link" onClick={() => onPick(point.row)}>{point.row}</button></th>{point.objectives.map((value, at) => <td key={at}>{figure(value)}</td>)}{front.factors.map((name) => <td key={name}>{shown(point.cells[name] ?? '')}</td>)}</tr>)}
        {points.length > listed.length && <tr><td colSpan={1 + front.objectives.length + front.factors.length}>{say('ui_pareto_shown', { count: listed.length })}</td></tr>}</tbody>
    </table></div>
  );
}

function shown(cell: string): string {
  return cell !== '' && Number.isFinite(Number(cell)) ? figure(Number(cell), 6) : cell;
}
