import { render } from 'preact';
import { languages, type Language } from '../../schemas/index.ts';
import { App } from './app.tsx';
import { StoreContext } from './app-context.ts';
import { readStored } from './model/stored.ts';
import { Store } from './model/store.ts';
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
if (root !== null) render(<StoreContext.Provider value={store}><App /></StoreContext.Provider>, root);
