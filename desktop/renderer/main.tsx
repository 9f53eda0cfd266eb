import { render, type ComponentChild } from 'preact';
import { languages, type Language } from '../../schemas/index.ts';
import { App } from './app.tsx';
import { StoreContext } from './app-context.ts';
import type { Bridge } from '../bridge/index.ts';
import { bridge } from './model/bridge.ts';
import { readStored } from './model/stored.ts';
import { Store } from './model/store.ts';
import { Starting } from './screens/starting.tsx';
import './style.css';

const fallback: Language = languages.find((language) => navigator.language.startsWith(language)) ?? 'ja';
const language = readStored<Language>('language', fallback, (value) => languages.some((known) => known === value));
const store = new Store(location.origin, language);
window.addEventListener('unhandledrejection', (event) => store.fail(event.reason));
window.addEventListener('error', (event) => {
  // said when an observer changes what it observes; the browser goes on in the next frame (Resize Observer §3.4.3)
  if (!event.message.startsWith('ResizeObserver loop')) store.fail(event.error ?? event.message);
});
const root = document.getElementById('app');
const show = (screen: ComponentChild): void => { if (root !== null) render(<StoreContext.Provider value={store}>{screen}</StoreContext.Provider>, root); };

/** In the desktop program: the page waits for its backend (the program loads it again then), and takes files and links from outside. */
async function showInShell(shell: Bridge): Promise<void> {
  const { state } = await shell.connection();
  if (state === 'starting') return show(<Starting />);
  if (state === 'failed') location.hash = '#/connection';
  show(<App />);
  shell.onGo((hash) => { location.hash = hash; });
  shell.onOpenTable(({ name, bytes }) => void store.load(new Blob([new Uint8Array(bytes)]), name));
}

if (bridge === undefined) show(<App />);
else void showInShell(bridge);
