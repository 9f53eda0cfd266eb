import { useState } from 'preact/hooks';
import { useApp } from '../app-context.ts';
import { saveBlob } from './save.ts';

const levels = ['info', 'warning', 'error'] as const;

export function LogDrawer() {
  const { store, state, say } = useApp();
  const [least, setLeast] = useState(0);
  const lines = state.log.filter(({ level }) => levels.indexOf(level) >= least);
  const text = lines.map(({ at, level, text: line }) => `[${at.slice(11, 19)}] ${level === 'info' ? '' : `${level}: `}${line}`).join('\n');
  return (
    <aside class="log" aria-label={say('ui_console')}>
      <h2>{say('ui_console')}</h2>
      <select aria-label={say('ui_console')} value={least} onChange={(event) => setLeast(Number(event.currentTarget.value))}>{levels.map((level, at) => <option key={level} value={at}>{level}</option>)}</select>
      <pre tabIndex={0}>{text}</pre>
      <div class="row"><button class="button small red" onClick={() => store.set({ log: [] })}>{say('ui_console_clear')}</button><button class="button small go" onClick={() => saveBlob(new Blob([text], { type: 'text/plain' }), 'zerosec-log.txt')}>{say('ui_console_save')}</button></div>
    </aside>
  );
}
