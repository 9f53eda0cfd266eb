import { useEffect, useState } from 'preact/hooks';
import { useApp } from './app-context.ts';
import { ConfigDialog } from './form/config-dialog.tsx';
import { Frame } from './parts/frame.tsx';
import { LeftPanel } from './parts/left-panel.tsx';
import { Messages } from './parts/messages.tsx';
import type { Store } from './model/store.ts';
import { CompareScreen } from './screens/compare.tsx';
import { ConnectionScreen } from './screens/connection.tsx';
import { FileScreen } from './screens/file.tsx';
import { FilterScreen } from './screens/filter.tsx';
import { HistoryScreen } from './screens/history.tsx';
import { HomeScreen } from './screens/home.tsx';
import { JobScreen } from './screens/job.tsx';
import { SendingDialog } from './screens/progress.tsx';
import { SystemScreen } from './screens/system.tsx';

export function App() {
  const { store, state, say } = useApp();
  const [deciding, setDeciding] = useState(false);
  useEffect(() => {
    document.documentElement.lang = state.language;
    document.title = say('ui_title');
  }, [state.language]);
  useShortcuts(store);
  return (
    <div class="app" onDragOver={(event) => event.preventDefault()} onDrop={(event) => { event.preventDefault(); const [file] = event.dataTransfer?.files ?? []; if (file !== undefined) void store.load(file, file.name); }}>
      <a class="skip" href="#content" onClick={(event) => { event.preventDefault(); document.getElementById('content')?.focus(); }}>{say('ui_skip')}</a>
      <LeftPanel deciding={deciding} />
      <Frame><CurrentScreen onDeciding={setDeciding} /></Frame>
      {state.configuring !== null && <ConfigDialog key={`${state.configuring.jobType} ${state.configuring.again?.job_id}`} configuration={state.configuring} />}
      {state.sending !== null && <SendingDialog sending={state.sending} />}
      <Messages />
    </div>
  );
}

function CurrentScreen({ onDeciding }: { onDeciding: (deciding: boolean) => void }) {
  const { state, say } = useApp();
  const { screen } = state;
  switch (screen.name) {
    case 'home': return <HomeScreen />;
    case 'file': return <FileScreen />;
    case 'filter': return <FilterScreen />;
    case 'history': return <HistoryScreen />;
    case 'system': return <SystemScreen />;
    case 'connection': return <ConnectionScreen />;
    case 'job': return <JobScreen key={screen.jobId} jobId={screen.jobId} page={screen.page} onDeciding={onDeciding} />;
    case 'compare': return <CompareScreen first={screen.first} second={screen.second} />;
    default: return <p class="empty">{say('ui_not_found')}</p>;
  }
}

/** Ctrl+O loads a file, as everywhere. */
function useShortcuts(store: Store): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if ((event.ctrlKey || event.metaKey) && event.key === 'o') {
        event.preventDefault();
        void store.chooseFile(() => document.querySelector<HTMLInputElement>('input[type=file]')?.click());
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
