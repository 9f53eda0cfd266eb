import { useState } from 'preact/hooks';
import type { JobType } from '../../../schemas/index.ts';
import { linesOf, useApp, useLoaded } from '../app-context.ts';
import { choicesOf, measured } from '../model/describe.ts';
import { matching } from '../model/filter.ts';
import { readStored, writeStored } from '../model/stored.ts';
import { Dialog } from '../parts/dialog.tsx';
import { checkValues } from './check.ts';
import { FieldControl, labelOf, wordOf } from './field-control.tsx';
import { tabsOf } from './layout.ts';
import { defaultsOf, fieldsOfSchema, parametersOf, type Field, type Values } from './schema.ts';

type Presets = Readonly<Record<string, Values>>;
const isRecord = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** Settings of an analysis, as its JSON Schema describes them. Last values come back; presets have names. */
export function ConfigDialog({ jobType }: { jobType: JobType }) {
  const { store, say } = useApp();
  const { value: fields } = useLoaded(async (signal) => {
    const found = (await store.client.jobTypes(signal)).find((type) => type.job_type === jobType);
    return fieldsOfSchema(found?.parameters ?? {});
  }, [jobType]);
  const close = (): void => store.set({ configuring: null });
  return (
    <Dialog name="config" wide title={say(`ui_config_${jobType}`)} onCancel={close}>
      {fields === undefined ? <p class="empty">{say('ui_loading')}</p> : <ConfigForm jobType={jobType} fields={fields} onClose={close} />}
    </Dialog>
  );
}

function ConfigForm({ jobType, fields, onClose }: { jobType: JobType; fields: readonly Field[]; onClose: () => void }) {
  const { store, state, say } = useApp();
  const { language, file, description, filter } = state;
  const choices = choicesOf(description?.columns ?? []);
  const defaults: Values = { ...defaultsOf(fields), ...suggested(jobType, choices.targets.map(({ name }) => name)) };
  const last = readStored<Values>(`values.${jobType}`, {}, isRecord);
  const [values, setValues] = useState<Values>(() => fitting({ ...defaults, ...last }, fields, defaults, file?.table?.header ?? []));
  const [tab, setTab] = useState(0);
  const [prediction, setPrediction] = useState<File | null>(null);
  const [problems, setProblems] = useState<string[]>([]);
  const tabs = tabsOf(jobType, fields);
  const rows = file?.table === null || file === null ? null : matching(file.table, filter).length;
  const columnsOf = (path: string): string[] => (path.startsWith('target') ? choices.targets : path.startsWith('feature') || path.startsWith('factor') ? choices.features : description?.columns ?? []).map(({ name }) => name);
  const submit = (event: Event): void => {
    event.preventDefault();
    const faults = checkValues(jobType, fields, values, (path) => labelOf(path, language));
    setProblems(faults.flatMap((fault) => linesOf(fault, say)));
    if (faults.length > 0) return;
    writeStored(`values.${jobType}`, values);
    void store.start(jobType, parametersOf(fields, values), { filtered: true, prediction });
  };
  return (
    <form onSubmit={submit} noValidate>
      {rows !== null && <p class="data-summary">{say('ui_data_summary', { name: file?.name ?? '', rows })}</p>}
      <PresetBar jobType={jobType} values={values} onLoad={setValues} onDefaults={() => setValues(defaults)} />
      <div class="tabs" role="tablist">{tabs.map(({ name }, at) => <button type="button" role="tab" id={`tab-${at}`} aria-selected={tab === at} aria-controls="tab-panel" tabIndex={tab === at ? 0 : -1} key={name} onClick={() => setTab(at)} onKeyDown={(event) => { const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0; if (step !== 0) { const next = (at + step + tabs.length) % tabs.length; setTab(next); document.getElementById(`tab-${next}`)?.focus(); } }}>{wordOf(name, language)}</button>)}</div>
      <div class="tab-panel" id="tab-panel" role="tabpanel" aria-labelledby={`tab-${tab}`} tabIndex={0}>
        {tabs[tab]?.groups.map((group) => (
          <section key={group.name} class="group"><h3>{wordOf(group.name, language)}</h3>
            {group.paths.map((path) => {
              const field = fields.find((one) => one.path === path);
              return field && <FieldControl key={path} field={field} value={values[path]} columns={columnsOf(path)} onChange={(value) => setValues({ ...values, [path]: value })} />;
            })}
          </section>
        ))}
        {tab === 0 && jobType !== 'optimization' && <section class="group"><h3>{wordOf('group_prediction', language)}</h3><div class="field"><label for="prediction-file">{say('ui_prediction_file')}</label><input id="prediction-file" type="file" accept=".csv,.tsv,.txt,.xlsx,.xls" onChange={(event) => setPrediction(event.currentTarget.files?.[0] ?? null)} /></div></section>}
      </div>
      {problems.length > 0 && <div class="problems" role="alert">{problems.map((problem) => <p key={problem}>{problem}</p>)}</div>}
      <div class="dialog-buttons"><button type="button" class="button plain" onClick={onClose}>{say('ui_cancel')}</button><button type="submit" class="button blue">{say('ui_continue')}</button></div>
    </form>
  );
}

/** The measured quantities of a deburring table are what is explained; of another table the user says. */
function suggested(jobType: JobType, targets: readonly string[]): Values {
  const known = targets.filter((name) => measured.some((one) => one === name));
  if (jobType === 'linear_analysis' || jobType === 'nonlinear_analysis') return { target_columns: known.filter((name) => name !== 'バリ除去') };
  return jobType === 'classification' ? { target_column: known.find((name) => name === 'バリ除去') ?? null } : {};
}

/** Remembered columns that this file does not have are left out. */
function fitting(values: Values, fields: readonly Field[], defaults: Values, header: readonly string[]): Values {
  return Object.fromEntries(fields.map((field) => {
    const value = values[field.path];
    if (field.kind === 'column' && typeof value === 'string' && !header.includes(value)) return [field.path, defaults[field.path]];
    if (field.kind !== 'columns' || !Array.isArray(value)) return [field.path, value];
    const kept = value.filter((name) => header.includes(String(name)));
    return [field.path, kept.length > 0 ? kept : defaults[field.path]];
  }));
}

function PresetBar({ jobType, values, onLoad, onDefaults }: { jobType: JobType; values: Values; onLoad: (values: Values) => void; onDefaults: () => void }) {
  const { say } = useApp();
  const key = `presets.${jobType}`;
  const [presets, setPresets] = useState<Presets>(() => readStored<Presets>(key, {}, isRecord));
  const [name, setName] = useState('');
  const keep = (next: Presets): void => {
    setPresets(next);
    writeStored(key, next);
  };
  const names = Object.keys(presets);
  return (
    <div class="presets">
      <label>{say('ui_preset')} <select value={names.includes(name) ? name : ''} onChange={(event) => { const chosen = event.currentTarget.value; setName(chosen); const preset = presets[chosen]; if (preset !== undefined) onLoad(preset); }}><option value="">–</option>{names.map((one) => <option key={one} value={one}>{one}</option>)}</select></label>
      <input type="text" aria-label={say('ui_preset_name')} placeholder={say('ui_preset_name')} value={name} onInput={(event) => setName(event.currentTarget.value)} />
      <button type="button" class="button small plain" disabled={name.trim() === ''} onClick={() => keep({ ...presets, [name.trim()]: values })}>{say('ui_preset_save')}</button>
      {names.includes(name) && <button type="button" class="button small plain" onClick={() => { keep(Object.fromEntries(Object.entries(presets).filter(([one]) => one !== name))); setName(''); }}>{say('ui_preset_delete')}</button>}
      <span class="stretch" />
      <button type="button" class="button small plain" onClick={onDefaults}>{say('ui_defaults')}</button>
    </div>
  );
}
