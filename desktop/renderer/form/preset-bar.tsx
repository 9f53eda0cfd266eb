import { useState } from 'preact/hooks';
import { useApp } from '../app-context.ts';
import { readStored, writeStored } from '../model/stored.ts';
import type { Configuration } from '../model/store.ts';
import type { Values } from './schema.ts';

type Presets = Readonly<Record<string, Values>>;
export const isRecord = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** Named settings of one kind of analysis. */
export function PresetBar({ jobType, values, onLoad, onDefaults }: { jobType: Configuration['jobType']; values: Values; onLoad: (values: Values) => void; onDefaults: () => void }) {
  const { say } = useApp();
  const key = `presets.${jobType}`;
  const [presets, setPresets] = useState<Presets>(() => readStored<Presets>(key, {}, isRecord));
  const [name, setName] = useState('');
  const keep = (next: Presets): void => {
    setPresets(next);
    writeStored(key, next);
  };
  const names = Object.keys(presets);
  return (
    <div class="presets">
      <label>{say('ui_preset')} <select value={names.includes(name) ? name : ''} onChange={(event) => { const chosen = event.currentTarget.value; setName(chosen); const preset = presets[chosen]; if (preset !== undefined) onLoad(preset); }}><option value="">–</option>{names.map((one) => <option key={one} value={one}>{one}</option>)}</select></label>
      <input type="text" aria-label={say('ui_preset_name')} placeholder={say('ui_preset_name')} value={name} onInput={(event) => setName(event.currentTarget.value)} />
      <button type="button" class="button small plain" disabled={name.trim() === ''} onClick={() => keep({ ...presets, [name.trim()]: values })}>{say('ui_preset_save')}</button>
      {names.includes(name) && <button type="button" class="button small plain" onClick={() => { keep(Object.fromEntries(Object.entries(presets).filter(([one]) => one !== name))); setName(''); }}>{say('ui_preset_delete')}</button>}
      <span class="stretch" />
      <button type="button" class="button small plain" onClick={onDefaults}>{say('ui_defaults')}</button>
    </div>
  );
}
