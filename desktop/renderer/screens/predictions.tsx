import { useEffect, useRef, useState } from 'preact/hooks';
import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core';
import type { Artifact, Job, Predictions } from '../../../client/index.ts';
import { Fault, type PredictionRow } from '../../../schemas/index.ts';
import { useApp, useLoaded } from '../app-context.ts';
import { figure } from '../model/format.ts';
import { hashOf } from '../model/route.ts';
import { saveArtifact } from '../parts/save.ts';

const rowHeight = 28;
const pageSize = 500;

/** Stored predictions, read from the server as far as one scrolls; only what is seen is in the page. */
export function PredictionsPage({ job, artifacts }: { job: Job; artifacts: readonly Artifact[] }) {
  const { store, say } = useApp();
  const { value: set } = useLoaded(async (signal) => {
    try {
      return await store.client.predictions(job.job_id, signal);
    } catch (error) {
      if (error instanceof Fault && error.code === 'predictions_not_found') return null;
      throw error;
    }
  }, [job.job_id]);
  const arrow = artifacts.find(({ file_key: key }) => key === set?.file_key)?.path;
  const csv = artifacts.find(({ path }) => path === arrow?.replace(/\.arrow$/, '.csv'));
  return (
    <>
      <h1>{say('ui_prediction')}</h1>
      {set === undefined ? <p class="empty">{say('ui_loading')}</p> : set === null ? <><p class="strip mid">{say('ui_no_predictions')}</p><PredictNow job={job} /></> : <PredictionTable job={job} set={set} />}
      <div class="steps">
        <a class="button red" href={hashOf({ name: 'job', jobId: job.job_id, page: 'charts' })}>{say('ui_back')}</a>
        {set && csv !== undefined && <button class="button blue" onClick={() => void saveArtifact(store, job.job_id, csv)}>{say('ui_export_csv')}</button>}
        {job.job_type === 'nonlinear_analysis' && <a class="button go" href={hashOf({ name: 'job', jobId: job.job_id, page: 'pareto' })}>{say('ui_pareto')}</a>}
      </div>
    </>
  );
}

/** 予測 after the analysis, as in the original: the same files and settings, and now a table to predict. */
function PredictNow({ job }: { job: Job }) {
  const { store, say } = useApp();
  return (
    <section class="info">
      <p>{say('ui_predict_hint')}</p>
      <label class="button go">{say('ui_predict_now')}<input type="file" class="hidden" accept=".csv,.tsv,.txt,.xlsx,.xls" onChange={(event) => { const [prediction] = event.currentTarget.files ?? []; if (prediction !== undefined) void store.start(job.job_type, job.parameters, { filtered: false, prediction, again: job }); }} /></label>
    </section>
  );
}

function PredictionTable({ job, set }: { job: Job; set: Predictions }) {
  const { store, say } = useApp();
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useRows(() => store.client.predictionRows(job.job_id, { pageSize }), (error) => store.fail(error));
  const virtual = useVirtual(scroller, rows.list.length);
  const items = virtual?.getVirtualItems() ?? [];
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => { if (last >= rows.list.length - pageSize / 2) rows.more(); }, [last, rows.list.length]);
  const conditions = Object.keys(rows.list[0]?.conditions ?? {});
  const targets = set.targets.map(({ target }) => target);
  const template = `70px repeat(${conditions.length}, minmax(80px, 1fr)) repeat(${targets.length}, minmax(190px, 1.5fr)) 110px`;
  const grid = useRef<HTMLDivElement>(null);
  // head and rows are grids of their own: one width makes their columns stand under each other
  const leastWidth = `${70 + 80 * conditions.length + 190 * targets.length + 110}px`;
  useEffect(() => {
    grid.current?.style.setProperty('--columns', template);
    grid.current?.style.setProperty('--least-width', leastWidth);
  }, [template]);
  return (
    <>
      <p class="info">{say('ui_prediction_rows', { count: set.rows, level: Math.round(set.confidence_level * 1000) / 10 })}</p>
      <div ref={scroller} class="virtual" tabIndex={0} role="region" aria-label={say('ui_prediction')}>
        <div ref={grid} role="table" aria-rowcount={set.rows + 1} aria-label={say('ui_prediction')}>
          <div role="row" class="virtual-head"><span role="columnheader">{say('ui_row')}</span>{conditions.map((name) => <span role="columnheader" key={name}>{name}</span>)}{targets.map((target) => <span role="columnheader" key={target}>{say('ui_predicted', { target })}</span>)}<span role="columnheader">{say('ui_extrapolated')}</span></div>
          <Body height={virtual?.getTotalSize() ?? 0}>{items.map((item) => {
            const row = rows.list[item.index];
            return row && <Line key={item.index} top={item.start} row={row} conditions={conditions} targets={targets} at={item.index} />;
          })}</Body>
        </div>
      </div>
    </>
  );
}

function Body({ height, children }: { height: number; children: preact.ComponentChildren }) {
  return <div role="rowgroup" class="virtual-body" style={{ height: `${height}px` }}>{children}</div>;
}

function Line({ top, row, conditions, targets, at }: { top: number; row: PredictionRow; conditions: readonly string[]; targets: readonly string[]; at: number }) {
  const outside = [...new Set(row.predictions.flatMap(({ extrapolated }) => extrapolated))];
  return (
    <div role="row" aria-rowindex={at + 2} class={`virtual-row${outside.length > 0 ? ' outside' : ''}`} style={{ transform: `translateY(${top}px)` }}>
      <span role="cell">{row.row}</span>
      {conditions.map((name) => { const value = row.conditions[name]; return <span role="cell" key={name}>{typeof value === 'number' ? figure(value, 6) : value}</span>; })}
      {targets.map((target) => { const found = row.predictions.find((one) => one.target === target); return <span role="cell" key={target} title={found?.remark ?? undefined}>{figure(found?.value)} <small>[{figure(found?.low ?? found?.mean_low, 3)}, {figure(found?.high ?? found?.mean_high, 3)}]</small></span>; })}
      <span role="cell">{outside.join(', ')}</span>
    </div>
  );
}

/** Rows of a stream, taken a page at a time as they are wanted. */
function useRows(open: () => AsyncGenerator<PredictionRow, void, undefined>, onError: (error: unknown) => void): { list: readonly PredictionRow[]; more: () => void } {
  const stream = useRef<AsyncGenerator<PredictionRow, void, undefined> | null>(null);
  const busy = useRef(false);
  const [list, setList] = useState<readonly PredictionRow[]>([]);
  const more = (): void => {
    if (busy.current) return;
    busy.current = true;
    stream.current ??= open();
    const rows = stream.current;
    const take = async (): Promise<void> => {
      const taken: PredictionRow[] = [];
      while (taken.length < pageSize) {
        const { done, value } = await rows.next();
        if (done === true) break;
        taken.push(value);
      }
      busy.current = taken.length === 0; // at the end there is nothing more to ask for
      if (taken.length > 0) setList((before) => [...before, ...taken]);
    };
    take().catch(onError);
  };
  useEffect(() => {
    more();
    return () => void stream.current?.return();
  }, []);
  return { list, more };
}

function useVirtual(scroller: { current: HTMLDivElement | null }, count: number): Virtualizer<HTMLDivElement, Element> | null {
  const [, render] = useState(0);
  const virtual = useRef<Virtualizer<HTMLDivElement, Element> | null>(null);
  const options = { count, getScrollElement: () => scroller.current, estimateSize: () => rowHeight, overscan: 8, observeElementRect, observeElementOffset, scrollToFn: elementScroll, onChange: () => render((turn) => turn + 1) };
  virtual.current ??= new Virtualizer<HTMLDivElement, Element>(options);
  virtual.current.setOptions(options);
  useEffect(() => virtual.current?._didMount(), []);
  useEffect(() => { virtual.current?._willUpdate(); render((turn) => turn + 1); }, [count]);
  return virtual.current;
}
