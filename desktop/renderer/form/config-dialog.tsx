import { useState } from 'preact/hooks';
import type { Job } from '../../../client/index.ts';
import { linesOf, useApp, useLoaded } from '../app-context.ts';
import { choicesOf, measured } from '../model/describe.ts';
import { matching } from '../model/filter.ts';
import { columnsOfRun } from '../model/results.ts';
import type { Configuration } from '../model/store.ts';
import { readStored, writeStored } from '../model/stored.ts';
import { Dialog } from '../parts/dialog.tsx';
import { RunList } from '../parts/run-list.tsx';
import { checkValues } from './check.ts';
import { FieldControl, labelOf, wordOf } from './field-control.tsx';
import { tabsOf } from './layout.ts';
import { PresetBar, isRecord } from './preset-bar.tsx';
import { defaultsOf, fieldsOfSchema, parametersOf, valuesOf, type Field, type Values } from './schema.ts';

type JobType = Configuration['jobType'];
interface Choices { targets: string[]; features: string[]; all: string[] }

/** Settings of an analysis, as its JSON Schema describes them: of the loaded file, or of a run that is to be repeated with changes. Last values come back; presets have names. */
export function ConfigDialog({ configuration }: { configuration: Configuration }) {
  const { store, state, say } = useApp();
  const { jobType, again } = configuration;
  const { value: loaded } = useLoaded(async (signal) => {
    const [types, columns] = await Promise.all([store.client.jobTypes(signal), again === null ? null : columnsOfRun(store, again, signal)]);
    return { fields: fieldsOfSchema(types.find((type) => type.job_type === jobType)?.parameters ?? {}), columns };
  }, [jobType, again?.job_id]);
  const close = (): void => store.set({ configuring: null });
  const ofFile = (): Choices => {
    const columns = state.description?.columns ?? [];
    const { targets, features } = choicesOf(columns);
    return { targets: namesOf(targets), features: namesOf(features), all: namesOf(columns) };
  };
  return (
    <Dialog name="config" wide title={say(`ui_config_${jobType}`)} onCancel={close}>
      {loaded === undefined ? <p class="empty">{say('ui_loading')}</p> : <ConfigForm jobType={jobType} again={again} fields={loaded.fields} choices={loaded.columns ?? ofFile()} onClose={close} />}
    </Dialog>
  );
}

function ConfigForm({ jobType, again, fields, choices, onClose }: { jobType: JobType; again: Job | null; fields: readonly Field[]; choices: Choices; onClose: () => void }) {
  const { store, state, say } = useApp();
  const { language, file, filter } = state;
  const defaults: Values = { ...defaultsOf(fields), ...suggested(jobType, choices.targets) };
  const [values, setValues] = useState<Values>(() => (again === null ? fitting({ ...defaults, ...readStored<Values>(`values.${jobType}`, {}, isRecord) }, fields, defaults, file?.table?.header ?? []) : valuesOf(fields, again.parameters)));
  const [tab, setTab] = useState(0);
  const [prediction, setPrediction] = useState<File | null>(null);
  const [problems, setProblems] = useState<string[]>([]);
  const tabs = tabsOf(jobType, fields);
  const shown = tabs[tab];
  const rows = file?.table === null || file === null ? null : matching(file.table, filter).length;
  const columnsOf = (path: string): string[] => (path.startsWith('target') ? choices.targets : path.startsWith('feature') || path.startsWith('factor') ? choices.features : choices.all);
  const submit = (event: Event): void => {
    event.preventDefault();
    const faults = checkValues(jobType, fields, values, (path) => labelOf(path, language));
    setProblems(faults.flatMap((fault) => linesOf(fault, say)));
    if (faults.length > 0) return;
    writeStored(`values.${jobType}`, values);
    void store.start(jobType, parametersOf(fields, values), { filtered: true, prediction, again });
  };
  return (
    <form onSubmit={submit} noValidate>
      {again !== null ? <p class="data-summary">{say('ui_again_of', { name: again.filename })}</p> : rows !== null && <p class="data-summary">{say('ui_data_summary', { name: file?.name ?? '', rows })}</p>}
      <PresetBar jobType={jobType} values={values} onLoad={setValues} onDefaults={() => setValues(defaults)} />
      <div class="tabs" role="tablist">{tabs.map(({ name }, at) => <button type="button" role="tab" id={`tab-${at}`} aria-selected={tab === at} aria-controls="tab-panel" tabIndex={tab === at ? 0 : -1} key={name} onClick={() => setTab(at)} onKeyDown={(event) => { const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0; if (step !== 0) { const next = (at + step + tabs.length) % tabs.length; setTab(next); document.getElementById(`tab-${next}`)?.focus(); } }}>{wordOf(name, language)}</button>)}</div>
      <div class="tab-panel" id="tab-panel" role="tabpanel" aria-labelledby={`tab-${tab}`} tabIndex={0}>
        {shown?.groups.map((group) => (
          <section key={group.name} class="group"><h3>{wordOf(group.name, language)}</h3>
            {group.paths.map((path) => {
              const field = fields.find((one) => one.path === path);
              return field && <FieldControl key={path} field={field} value={values[path]} columns={columnsOf(path)} values={values} onChange={(value) => { setValues({ ...values, [path]: value }); setProblems([]); }} />;
            })}
          </section>
        ))}
        {(tab === 0 || shown?.name === 'tab_pareto') && jobType !== 'optimization' && (
          <section class="group"><h3>{wordOf('group_prediction', language)}</h3><div class="field"><label for="prediction-file">{say('ui_prediction_file')}</label><span><label class="button small plain">{say('ui_choose_file')}<input id="prediction-file" class="hidden" type="file" accept=".csv,.tsv,.txt,.xlsx,.xls" onChange={(event) => setPrediction(event.currentTarget.files?.[0] ?? null)} /></label> {prediction?.name ?? again?.inputs['prediction']?.filename ?? say('ui_no_file')}</span></div></section>
        )}
        {shown?.name === 'tab_existing' && <Existing jobType={jobType} />}
      </div>
      {problems.length > 0 && <div class="problems" role="alert">{problems.map((problem) => <p key={problem}>{problem}</p>)}</div>}
      <div class="dialog-buttons"><button type="button" class="button plain" onClick={onClose}>{say('ui_cancel')}</button><button type="submit" class="button blue">{say('ui_continue')}</button></div>
    </form>
  );
}

/** In place of the original's folder picker: runs whose results the server has. A link leaves the dialog, so nobody starts a run unawares. */
function Existing({ jobType }: { jobType: JobType }) {
  const { store, say } = useApp();
  const { value: list } = useLoaded((signal) => store.client.jobs({ jobType, state: 'completed', limit: 50 }, signal), [jobType]);
  return <section class="group"><h3>{say('ui_existing_hint')}</h3>{list === undefined ? <p class="empty">{say('ui_loading')}</p> : list.jobs.length === 0 ? <p class="empty">{say('ui_no_runs')}</p> : <RunList jobs={list.jobs} />}</section>;
}

/** The measured quantities of a deburring table are what is explained; of another table the user says. */
function suggested(jobType: JobType, targets: readonly string[]): Values {
  const known = targets.filter((name) => measured.some((one) => one === name));
  if (jobType === 'linear_analysis') return { target_columns: known.filter((name) => name !== 'バリ除去') };
  // the three of the original
  if (jobType === 'nonlinear_analysis') return { target_columns: known.filter((name) => ['摩耗量', '上面ダレ量', '側面ダレ量'].includes(name)) };
  return jobType === 'classification' ? { target_column: known.find((name) => name === 'バリ除去') ?? null } : {};
}

/** Remembered columns that this file does not have are left out. */
function fitting(values: Values, fields: readonly Field[], defaults: Values, header: readonly string[]): Values {
  return Object.fromEntries(fields.map((field) => {
    const value = values[field.path];
    if (field.kind === 'column' && typeof value === 'string' && !header.includes(value)) return [field.path, defaults[field.path]];
    if (field.kind === 'objectives' && Array.isArray(value) && value.some((one) => !header.includes((one as { column: string }).column))) return [field.path, defaults[field.path]];
    if (field.kind !== 'columns' || !Array.isArray(value)) return [field.path, value];
    const kept = value.filter((name) => header.includes(String(name)));
    return [field.path, kept.length > 0 ? kept : defaults[field.path]];
  }));
}

function namesOf(columns: readonly { name: string }[]): string[] {
  return columns.map(({ name }) => name);
}
