import { useState } from 'preact/hooks';
import type { Job } from '../../../client/index.ts';
import { useApp, useLoaded } from '../app-context.ts';
import { RunList } from '../parts/run-list.tsx';

const pageSize = 50;

export function HistoryScreen() {
  const { store, say } = useApp();
  const [older, setOlder] = useState<readonly Job[]>([]);
  const [cursor, setCursor] = useState<string | null | undefined>(undefined);
  const [selected, setSelected] = useState<readonly string[]>([]);
  const { value: page } = useLoaded((signal) => store.client.jobs({ limit: pageSize }, signal), []);
  const next = cursor === undefined ? page?.next_cursor ?? null : cursor;
  const more = async (): Promise<void> => {
    try {
      const list = await store.client.jobs({ limit: pageSize, cursor: next ?? undefined });
      setOlder([...older, ...list.jobs]);
      setCursor(list.next_cursor);
    } catch (error) {
      store.fail(error);
    }
  };
  const [first, second] = selected;
  return (
    <section class="container">
      <h1>{say('ui_history')}</h1>
      {page === undefined ? <p class="empty">{say('ui_loading')}</p> : page.jobs.length === 0 ? <p class="empty">{say('ui_no_runs')}</p> : <RunList jobs={[...page.jobs, ...older]} selection={{ selected, onSelect: (jobId, on) => setSelected(on ? [...selected, jobId].slice(-2) : selected.filter((one) => one !== jobId)) }} />}
      <div class="steps">
        <button class="button blue" disabled={first === undefined || second === undefined} onClick={() => { if (first !== undefined && second !== undefined) store.go({ name: 'compare', first, second }); }}>{say('ui_compare')}</button>
        {next !== null && <button class="button plain" onClick={() => void more()}>{say('ui_more')}</button>}
      </div>
    </section>
  );
}
