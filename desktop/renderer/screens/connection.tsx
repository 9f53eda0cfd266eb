import { useState } from 'preact/hooks';
import type { ConnectionChoice, ConnectionTest, ConnectionView } from '../../bridge/index.ts';
import { useApp, useLoaded } from '../app-context.ts';
import { bridge } from '../model/bridge.ts';
import { Icon } from '../parts/icons.tsx';

/** Where analyses run (desktop program only): on this computer or at a server. A token goes in here and never comes out again. */
export function ConnectionScreen() {
  const { say } = useApp();
  const { value: view, reload } = useLoaded(async () => (await bridge?.connection()) ?? null, []);
  return (
    <section class="container">
      <h1>{say('ui_connection')}</h1>
      {view === undefined ? <p class="empty">{say('ui_loading')}</p> : view === null ? <p class="strip mid">{say('ui_connection_browser')}</p> : <ConnectionForm view={view} onChange={reload} />}
    </section>
  );
}

function ConnectionForm({ view, onChange }: { view: ConnectionView; onChange: () => void }) {
  const { store, say } = useApp();
  const [mode, setMode] = useState(view.mode);
  const [address, setAddress] = useState(view.address ?? 'https://');
  const [token, setToken] = useState<string | null>(null);
  const [tested, setTested] = useState<ConnectionTest | null>(null);
  const [busy, setBusy] = useState(false);
  const choice: ConnectionChoice = { mode, address: mode === 'server' ? address : null, token: mode === 'server' ? token : null };
  const act = async (action: (choice: ConnectionChoice) => Promise<void>): Promise<void> => {
    setBusy(true);
    try {
      await action(choice);
    } catch (error) {
      if (String(error).includes('invalid_address')) setTested({ ok: false, code: 'invalid_address' });
      else store.fail(error);
    }
    setBusy(false);
  };
  const test = () => act(async (one) => setTested((await bridge?.testConnection(one)) ?? null));
  const connect = () => act(async (one) => { await bridge?.connect(one); setToken(null); onChange(); });
  return (
    <form onSubmit={(event) => { event.preventDefault(); void connect(); }}>
      <p class={`strip ${view.state === 'ready' ? 'good' : view.state === 'failed' ? 'bad' : 'mid'}`} role="status"><Icon name={view.state === 'ready' ? 'ok' : 'warning'} />{say(`ui_connection_${view.state}`)}</p>
      <fieldset class="check-list"><legend>{say('ui_connection_where')}</legend>
        {(['embedded', 'server'] as const).map((one) => <p key={one}><label><input type="radio" name="mode" value={one} checked={mode === one} onChange={() => { setMode(one); setTested(null); }} /> {say(`ui_connection_${one}`)}</label></p>)}
        {mode === 'server' && (
          <>
            <div class="field"><label for="address">{say('ui_connection_address')}</label><input id="address" type="url" value={address} onInput={(event) => { setAddress(event.currentTarget.value); setTested(null); }} /><small>{say('ui_connection_address_hint')}</small></div>
            <div class="field"><label for="token">{say('ui_connection_token')}</label><input id="token" type="password" autocomplete="off" value={token ?? ''} placeholder={view.tokenStored ? say('ui_connection_token_stored') : ''} onInput={(event) => setToken(event.currentTarget.value)} /><small>{say(view.tokensProtected ? 'ui_connection_token_hint' : 'ui_connection_token_unprotected')}</small></div>
          </>
        )}
      </fieldset>
      {tested !== null && <p class={`strip ${tested.ok ? 'good' : 'bad'}`} role="alert">{tested.ok ? say('ui_connection_ok', { version: tested.version }) : say(`ui_connection_error_${tested.code}`)}</p>}
      <div class="steps"><button type="button" class="button plain" disabled={busy} onClick={() => void test()}>{say('ui_connection_test')}</button><button type="submit" class="button blue" disabled={busy}>{say('ui_connection_use')}</button></div>
    </form>
  );
}
