import { useApp, useLoaded } from '../app-context.ts';
import { jobStates } from '../../../schemas/index.ts';
import { RunList } from '../parts/run-list.tsx';
import { Icon } from '../parts/icons.tsx';

const counted = 200;

/** For operators: whether jobs can be taken, what waits, what failed (its page runs it again). */
export function SystemScreen() {
  const { store, say } = useApp();
  const { value, reload } = useLoaded(async (signal) => {
    const [health, ready, jobs, failed] = await Promise.all([store.client.health(), store.client.ready(signal), store.client.jobs({ limit: counted }, signal), store.client.jobs({ state: 'failed', limit: 10 }, signal)]);
    return { health, ready, jobs, failed };
  }, []);
  return (
    <section class="container">
      <h1>{say('ui_system')}</h1>
      {value === undefined ? <p class="empty">{say('ui_loading')}</p> : (
        <>
          <p class={`strip ${value.ready.status === 'ready' ? 'good' : 'bad'}`}><Icon name={value.ready.status === 'ready' ? 'ok' : 'bad'} />{say(value.ready.status === 'ready' ? 'ui_ready' : 'ui_not_ready')}</p>
          <p class="info">{say('ui_server')}: {store.client.baseUrl} — {say('ui_version')} {value.health.version}</p>
          <table class="list"><thead><tr><th scope="col">{say('ui_check')}</th><th scope="col">{say('ui_state')}</th><th scope="col">ms</th></tr></thead>
            <tbody>{Object.entries(value.ready.checks).map(([name, check]) => <tr key={name}><th scope="row">{say(`ui_check_${name}`)}</th><td><span class={`chip ${check.ok ? 'good' : 'bad'}`}>{check.ok ? say('ui_ok') : check.error}</span></td><td class="number">{Math.round(check.ms)}</td></tr>)}</tbody></table>
          <h2>{say('ui_jobs_by_state')}</h2>
          <p class="info states">{jobStates.map((state) => ({ state, count: value.jobs.jobs.filter((job) => job.state === state).length })).filter(({ count }) => count > 0).map(({ state, count }) => <span key={state} class={`chip state-${state}`}>{say(`ui_state_${state}`)} {count}{value.jobs.next_cursor === null ? '' : '+'}</span>)}</p>
          {value.failed.jobs.length > 0 && <><h2>{say('ui_failed_jobs')}</h2><RunList jobs={value.failed.jobs} /></>}
        </>
      )}
      <div class="steps"><button class="button blue" onClick={reload}>{say('ui_refresh')}</button></div>
    </section>
  );
}
