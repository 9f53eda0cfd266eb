import type { Bridge } from '../../bridge/index.ts';

/** The desktop program around the page; undefined in a browser, where everything but its dialogs and settings works as well. */
export const bridge: Bridge | undefined = (globalThis as { zerosec?: Bridge }).zerosec;
