import { useEffect, useRef, useState } from 'preact/hooks';
import type { Job } from '../../../client/index.ts';
import { isTerminal, type JobEvent } from '../../../schemas/index.ts';
import { useApp } from '../app-context.ts';
import { clock, remaining } from '../model/format.ts';
import type { Sending } from '../model/store.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Icon, Worker } from '../parts/icons.tsx';

/** The file on its way, before there is a job. */
export function SendingDialog({ sending }: { sending: Sending }) {
  const { say } = useApp();
  const percent = sending.total === 0 ? 0 : Math.round((100 * sending.done) / sending.total);
  const cancel = (): void => sending.controller.abort();
  return (
    <Dialog name="progress" title={say(`ui_running_${sending.jobType}`)} onCancel={cancel}>
      <div class="progress-head"><p class="stage">{say('ui_uploading_file')}</p><Worker /></div>
      <Bar percent={percent} label={say('ui_uploading_file')} tone="steady" />
      <div class="dialog-buttons centred"><button class="button red" onClick={cancel}>{say('ui_cancel')}</button></div>
    </Dialog>
  );
}

/** Follows a job to its end from its first event on, so a page that was reloaded tells the same story. */
export function ProgressDialog({ job, onEnd, onHide }: { job: Job; onEnd: () => void; onHide: () => void }) {
  const { store, say } = useApp();
  const [events, setEvents] = useState<readonly JobEvent[]>([]);
  const [lost, setLost] = useState(false);
  const [cancelling, setCancelling] = useState(false);
  const [asking, setAsking] = useState(false);
  const now = useNow(1000);
  const log = useRef<HTMLPreElement>(null);
  useEffect(() => {
    const controller = new AbortController();
    const follow = async (): Promise<void> => {
      for await (const event of store.client.events(job.job_id, { signal: controller.signal, onInterruption: () => setLost(true) })) {
        setLost(false);
        setEvents((before) => [...before, event].slice(-500));
        if (isTerminal(event.state)) break;
      }
      if (!controller.signal.aborted) onEnd();
    };
    follow().catch((error: unknown) => { if (!controller.signal.aborted) store.fail(error); });
    return () => controller.abort();
  }, [job.job_id]);
  useEffect(() => { if (log.current !== null) log.current.scrollTop = log.current.scrollHeight; }, [events.length]);

  const last = events.at(-1);
  const percent = Math.max(job.progress_percent, last?.percent ?? 0);
  const elapsed = now - Date.parse(job.created_at);
  const left = remaining(elapsed, percent);
  const stage = last?.stage ?? job.stage ?? 'queued';
  const cancel = async (): Promise<void> => {
    setAsking(false);
    setCancelling(true);
    try {
      await store.client.cancel(job.job_id);
    } catch (error) {
      setCancelling(false);
      store.fail(error);
    }
  };
  return (
    <Dialog name="progress" title={say(`ui_running_${job.job_type}`)} onCancel={onHide}>
      <div class="progress-head">
        <div><p class="stage" aria-live="polite">{cancelling ? say('ui_cancelling') : stageText(stage, last, say)}</p>
          <p class="times"><Icon name="clock" />{say('ui_elapsed', { time: clock(elapsed) })} | {say('ui_remaining', { time: left === null ? say('ui_estimating') : clock(left) })}</p></div>
        <Worker />
      </div>
      <Bar percent={percent} label={say(`ui_running_${job.job_type}`)} tone={lost ? 'lost' : 'steady'} />
      <Counters event={last} />
      {lost && <p class="problems" role="alert">{say('ui_reconnecting')}</p>}
      <details class="job-log"><summary>{say('ui_job_log')}</summary><pre ref={log} tabIndex={0}>{events.map((event) => `${event.at.slice(11, 19)}  ${String(event.percent).padStart(3)} %  ${event.notice === null ? stageText(event.stage ?? stage, event, say) : say(event.notice.code, event.notice.values)}`).join('\n')}</pre></details>
      {asking ? (
        <div class="dialog-buttons centred" role="alertdialog" aria-label={say('ui_confirm_cancel')}><p>{say('ui_confirm_cancel')}</p><button class="button red" onClick={() => void cancel()}>{say('ui_yes')}</button><button class="button plain" autoFocus onClick={() => setAsking(false)}>{say('ui_no')}</button></div>
      ) : <div class="dialog-buttons centred"><button class="button red" disabled={cancelling} onClick={() => setAsking(true)}>{say('ui_cancel')}</button><button class="button plain" onClick={onHide}>{say('ui_hide')}</button></div>}
    </Dialog>
  );
}

/** The original's line of counters, while models are tuned. */
function Counters({ event }: { event: JobEvent | undefined }) {
  const { say } = useApp();
  if (event?.stage !== 'tuning' || typeof event.values['model'] !== 'number') return null;
  return <p class="counters" title={say('ui_counters_hint')}>{say('ui_counters', event.values as Record<string, number>)}</p>;
}

function Bar({ percent, label, tone }: { percent: number; label: string; tone: 'steady' | 'lost' }) {
  return <div class="bar-track"><progress class={tone} max={100} value={percent} aria-label={label} /><span class="bar-text" aria-hidden="true">{percent} %</span></div>;
}

/** The stage's text with its counters; a counter that has not come yet leaves no placeholder behind. */
function stageText(stage: string, event: JobEvent | undefined, say: (code: string, values?: Record<string, string | number>) => string): string {
  const values = Object.fromEntries(Object.entries(event?.values ?? {}).flatMap(([name, value]): [string, string | number][] => (typeof value === 'number' ? [[name, Number(value.toPrecision(6))]] : typeof value === 'string' ? [[name, value]] : [])));
  return say(`stage_${stage}`, values).replace(/\s*\{\w+\}(\s*\/\s*\{\w+\})?/g, '');
}

function useNow(everyMs: number): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
