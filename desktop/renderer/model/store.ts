import { beginTrace, ZerosecClient, type Job } from '../../../client/index.ts';
import { Fault, type JobType, type Language } from '../../../schemas/index.ts';
import { bridge } from './bridge.ts';
import { describe, type Description } from './describe.ts';
import { noFilter, matching, type Filter } from './filter.ts';
import { readFile, type LoadedFile } from './read-file.ts';
import { hashOf, screenOf, type Screen } from './route.ts';
import { readStored, writeStored } from './stored.ts';
import { toCsv } from './table.ts';

export interface Toast { id: number; code: string; values: Record<string, string | number> }
export interface LogLine { at: string; level: 'info' | 'warning' | 'error'; text: string }
export interface Question { text: string; resolve: (yes: boolean) => void }
export interface Sending { jobType: JobType; done: number; total: number; controller: AbortController }

/** An analysis whose settings are asked for: of the loaded file, or `again` of an earlier run's. */
export interface Configuration { jobType: JobType; again: Job | null }

export interface State {
  language: Language;
  screen: Screen;
  file: LoadedFile | null;
  description: Description | null;
  filter: Filter;
  configuring: Configuration | null;
  sending: Sending | null;
  error: Fault | null;
  question: Question | null;
  toasts: readonly Toast[];
  log: readonly LogLine[];
  sampleSize: number;
}

const longestLog = 500;
const toastMs = 5000;

/** All that the screens show, and all that a user can do with it. Screens render a state; nothing else changes it. */
export class Store {
  state: State;
  client: ZerosecClient;
  readonly #listeners = new Set<() => void>();
  readonly #baseUrl: string;
  #toasts = 0;

  constructor(baseUrl: string, language: Language) {
    this.#baseUrl = baseUrl;
    this.client = this.#clientOf(language);
    this.state = {
      language, screen: screenOf(location.hash), file: null, description: null, filter: noFilter, configuring: null, sending: null,
      error: null, question: null, toasts: [], log: [], sampleSize: readStored('sampleSize', 15, (value) => typeof value === 'number'),
    };
    window.addEventListener('hashchange', () => this.set({ screen: screenOf(location.hash), configuring: null }));
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  set(change: Partial<State>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.#listeners) listener();
  }

  setLanguage(language: Language): void {
    writeStored('language', language);
    this.client = this.#clientOf(language);
    this.set({ language });
  }

  setSampleSize(sampleSize: number): void {
    writeStored('sampleSize', sampleSize);
    this.set({ sampleSize });
  }

  go(screen: Screen): void {
    location.hash = hashOf(screen);
    this.set({ screen, configuring: null });
  }

  log(level: LogLine['level'], text: string): void {
    this.set({ log: [...this.state.log, { at: new Date().toISOString(), level, text }].slice(-longestLog) });
  }

  toast(code: string, values: Toast['values'] = {}): void {
    const id = (this.#toasts += 1);
    this.set({ toasts: [...this.state.toasts, { id, code, values }] });
    setTimeout(() => this.set({ toasts: this.state.toasts.filter((toast) => toast.id !== id) }), toastMs);
  }

  /** Shows what went wrong; an interruption that the user asked for is none. */
  fail(error: unknown): void {
    if (error instanceof DOMException && error.name === 'AbortError') return;
    const fault = error instanceof Fault ? error : new Fault('ui_unexpected', String(error), { class: 'bug', cause: error });
    this.log('error', `${fault.code}: ${fault.message}`);
    this.set({ error: fault });
  }

  ask(text: string): Promise<boolean> {
    return new Promise((resolve) => this.set({ question: { text, resolve: (yes) => { this.set({ question: null }); resolve(yes); } } }));
  }

  async load(blob: Blob, name: string): Promise<void> {
    try {
      const file = await readFile(blob, name);
      const description = file.table === null ? null : describe(file.table);
      this.log('info', `${name}: ${file.table?.rows.length ?? '?'} rows, ${description?.kind ?? 'xls'}`);
      this.set({ file, description, filter: noFilter });
      this.go({ name: 'file' });
    } catch (error) {
      this.fail(error);
    }
  }

  /** The program's own dialog where there is one, else `fallback` opens the browser's. */
  async chooseFile(fallback: () => void): Promise<void> {
    if (bridge === undefined) return fallback();
    try {
      const table = await bridge.openTable();
      if (table !== null) await this.load(new Blob([new Uint8Array(table.bytes)]), table.name);
    } catch (error) {
      this.fail(error);
    }
  }

  /** Sends the file (the rows that pass the filter) and starts a job on it; then its page follows it. `again`: on the files that an earlier run had. */
  async start(jobType: JobType, parameters: Record<string, unknown>, options: { filtered: boolean; prediction?: File | null; again?: Job | null }): Promise<void> {
    const { file, filter } = this.state;
    const { again = null } = options;
    if (file === null && again === null) return this.fail(new Fault('ui_need_file', 'no file is loaded'));
    const controller = new AbortController();
    const trace = beginTrace();
    const told = (done: number, total: number): void => this.set({ sending: { jobType, done, total, controller } });
    this.set({ configuring: null });
    told(0, 1);
    try {
      const uploadId = again?.upload_id ?? (await this.#send(file, options.filtered ? filter : noFilter, told, controller.signal, trace));
      const earlier = Object.fromEntries(Object.entries(again?.inputs ?? {}).map(([name, input]) => [name, input.upload_id]));
      const given: Record<string, string> = options.prediction ? { prediction: (await this.client.uploadFile(options.prediction, options.prediction.name, { signal: controller.signal, trace })).upload_id } : {};
      const { job_id: jobId } = await this.client.createJob({ jobType, uploadId, inputs: { ...earlier, ...given }, parameters: { language: this.state.language, ...parameters }, trace }, controller.signal);
      this.set({ sending: null });
      this.log('info', `${jobType} ${jobId}`);
      this.go({ name: 'job', jobId, page: 'summary' });
    } catch (error) {
      this.set({ sending: null });
      if (!controller.signal.aborted) this.fail(error);
    }
  }

  async #send(file: LoadedFile | null, filter: Filter, told: (done: number, total: number) => void, signal: AbortSignal, trace: string): Promise<string> {
    if (file === null) throw new Fault('ui_need_file', 'no file is loaded');
    const { blob, name } = filteredFile(file, filter);
    return (await this.client.uploadFile(blob, name, { onBytes: told, signal, trace })).upload_id;
  }

  #clientOf(language: Language): ZerosecClient {
    return new ZerosecClient({ baseUrl: this.#baseUrl, language, storageUrl: bridge === undefined ? undefined : (url) => `${this.#baseUrl}/storage?to=${encodeURIComponent(url)}` });
  }
}

/** The file itself while no condition is set, so that its bytes (and their provenance) stay those of the user. */
function filteredFile(file: LoadedFile, filter: Filter): { blob: Blob; name: string } {
  if (file.table === null) return file;
  const { table } = file;
  const places = matching(table, filter);
  if (places.length === table.rows.length) return file;
  const rows = places.map((at) => table.rows[at] ?? []);
  return { blob: new Blob([toCsv(table.header, rows)], { type: 'text/csv' }), name: `${file.name.replace(/\.\w+$/, '')}_filtered.csv` };
}
