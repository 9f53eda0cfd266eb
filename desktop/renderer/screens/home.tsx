import { useApp, useLoaded } from '../app-context.ts';
import { RunList } from '../parts/run-list.tsx';

const recent = 8;

/** The original's canvas; while it is empty it takes a file and shows what was run last. */
export function HomeScreen() {
  const { store, say } = useApp();
  const { value: list } = useLoaded((signal) => store.client.jobs({ limit: recent }, signal), []);
  return (
    <section class="canvas">
      <h1 class="product">0.00 sec</h1>
      <div class="graph-area">
        <p class="drop-hint">{say('ui_drop')}</p>
        <h2>{say('ui_recent')}</h2>
        {list === undefined ? <p class="empty">{say('ui_loading')}</p> : list.jobs.length === 0 ? <p class="empty">{say('ui_no_runs')}</p> : <RunList jobs={list.jobs} />}
      </div>
      <div class="gate"><button class="button ok" disabled>{say('ui_ok')}</button><button class="button ng" disabled>{say('ui_ng')}</button></div>
    </section>
  );
}
