import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { languages, type Language } from '../../../schemas/index.ts';
import { useApp } from '../app-context.ts';
import { bridge } from '../model/bridge.ts';
import { hashOf } from '../model/route.ts';
import { LogDrawer } from './log-drawer.tsx';

const languageNames: Readonly<Record<Language, string>> = { ja: '日本語', en: 'English', es: 'Español' };

/** The centre panel with its title, the round arrow of the log, and the bar of places that the original lacked. */
export function Frame({ children }: { children: ComponentChildren }) {
  const { store, state, say } = useApp();
  const [logOpen, setLogOpen] = useState(false);
  const places = ['home', 'history', 'system', ...(bridge === undefined ? [] : ['connection' as const])] as const;
  return (
    <div class="centre">
      <header class="bar">
        <nav aria-label={say('ui_title')}>{places.map((name) => <a key={name} href={hashOf({ name })} aria-current={state.screen.name === name ? 'page' : undefined}>{say(`ui_${name}`)}</a>)}</nav>
        <label>{say('ui_language')} <select name="language" value={state.language} onChange={(event) => store.setLanguage(event.currentTarget.value as Language)}>{languages.map((language) => <option key={language} value={language}>{languageNames[language]}</option>)}</select></label>
      </header>
      <main id="content" tabIndex={-1}>{children}</main>
      <button class="arrow" aria-expanded={logOpen} aria-label={say(logOpen ? 'ui_console_close' : 'ui_console_open')} onClick={() => setLogOpen(!logOpen)}>{logOpen ? '▶' : '◀'}</button>
      {logOpen && <LogDrawer />}
    </div>
  );
}
