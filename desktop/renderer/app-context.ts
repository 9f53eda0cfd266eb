import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import { FaultList, type Fault, type FaultValues, type Language } from '../../schemas/index.ts';
import { catalogues, desktopAnalysisText, desktopText, renderText } from '../../schemas/text/index.ts';
import type { State, Store } from './model/store.ts';

export const StoreContext = createContext<Store | null>(null);

export type Say = (code: string, values?: FaultValues) => string;

export interface App {
  store: Store;
  state: State;
  say: Say;
}

export function useApp(): App {
  const store = useContext(StoreContext);
  if (store === null) throw new Error('no store');
  const [state, setState] = useState(store.state);
  useEffect(() => {
    setState(store.state);
    return store.subscribe(() => setState(store.state));
  }, [store]);
  return { store, state, say: sayIn(state.language) };
}

/** The text of any code of ours; the desktop's own come first. */
export function sayIn(language: Language): Say {
  return (code, values) => renderText([desktopText, desktopAnalysisText, ...catalogues], language, code, values);
}

/** Each problem in the user's language, with where it is. */
export function linesOf(fault: Fault, say: Say): string[] {
  if (fault instanceof FaultList) return fault.faults.flatMap((one) => linesOf(one, say));
  const code = fault.code === 'server_unreachable' ? 'ui_unreachable' : fault.code;
  const { field, column, row } = fault.where;
  const text = say(code, { ...(field === undefined ? {} : { field }), ...(column === undefined ? {} : { column }), ...(row === undefined ? {} : { row }), ...fault.values });
  return [text.startsWith('[') ? fault.message : text];
}

/** Loads what a screen needs, again whenever `keys` change; errors go to the store. `undefined` while it loads. */
export function useLoaded<T>(load: (signal: AbortSignal) => Promise<T>, keys: readonly unknown[]): { value: T | undefined; reload: () => void } {
  const { store } = useApp();
  const [value, setValue] = useState<T | undefined>(undefined);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const controller = new AbortController();
    load(controller.signal).then((loaded) => {
      if (!controller.signal.aborted) setValue(() => loaded);
    }, (error: unknown) => {
      if (!controller.signal.aborted) store.fail(error);
    });
    return () => controller.abort();
  }, [...keys, turn]);
  return { value, reload: () => setTurn((now) => now + 1) };
}
