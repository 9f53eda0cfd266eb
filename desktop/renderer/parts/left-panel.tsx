import { useRef } from 'preact/hooks';
import { useApp } from '../app-context.ts';
import { Mark } from './icons.tsx';

const accept = '.csv,.tsv,.txt,.xlsx,.xls';
const smallest = 10;
const largest = 50;

/** The original's column of controls (spec ui.md §1.3), enabled by the kind of the loaded file and by what runs. */
export function LeftPanel({ deciding }: { deciding: boolean }) {
  const { store, state, say } = useApp();
  const chooser = useRef<HTMLInputElement>(null);
  const { file, description, sampleSize } = state;
  const busy = state.sending !== null;
  const canDesign = description?.kind === 'sample' && !busy && !deciding;
  const design = (objective: 'd_optimal' | 'i_optimal'): void => void store.start('optimization', { objective, num_points: sampleSize }, { filtered: false });
  return (
    <aside class="left" aria-label={say('ui_controls')}>
      <Mark />
      <NotYet code="ui_generate" />
      <button class="button cyan" onClick={() => void store.chooseFile(() => chooser.current?.click())}>{say('ui_load')}</button>
      <input ref={chooser} type="file" accept={accept} hidden aria-label={say('ui_load')} onChange={(event) => { const [chosen] = event.currentTarget.files ?? []; event.currentTarget.value = ''; if (chosen !== undefined) void store.load(chosen, chosen.name); }} />
      <output class="read-out" title={file?.name}>{file === null ? say('ui_no_file') : say('ui_loaded', { name: file.name })}</output>
      <h2>{say('ui_sample')}</h2>
      <label for="sample-size">{say('ui_sample_size')}</label>
      <input id="sample-size" type="number" min={smallest} max={largest} value={sampleSize} onChange={(event) => store.setSampleSize(Math.min(largest, Math.max(smallest, Math.round(Number(event.currentTarget.value)) || smallest)))} />
      <button class="button action" disabled={!canDesign} onClick={() => design('d_optimal')}>{say('ui_run_d')}</button>
      <button class="button action" disabled={!canDesign} onClick={() => design('i_optimal')}>{say('ui_run_i')}</button>
      <h2>{say('ui_results')}</h2>
      <label>{say('ui_material')}<select disabled><option>Steel</option><option>Alumi</option></select></label>
      <label>{say('ui_diameter')}<select disabled value="15">{[6, 15, 25, 40, 60, 100].map((size) => <option key={size} value={size}>{size}</option>)}</select></label>
      <label>{say('ui_wire_count')}<input type="number" value={6} disabled /></label>
      <div class="stretch" />
      <NotYet code="ui_import" kind="green" />
      <button class="button green" onClick={() => store.go({ name: 'filter' })}>{say('ui_analysis')}</button>
      <NotYet code="ui_export_results" />
      <NotYet code="ui_export_predictions" />
      <NotYet code="ui_backup" />
    </aside>
  );
}

/** Controls of the original for which the server has nothing yet: shown where a user looks for them, and honest about it. */
function NotYet({ code, kind = 'utility' }: { code: string; kind?: 'utility' | 'green' }) {
  const { say } = useApp();
  return <button class={`button ${kind}`} disabled title={say('ui_not_yet')}>{say(code)}</button>;
}
