import { exposeBridge, type PreloadElectron } from './expose.ts';

// eslint-disable-next-line @typescript-eslint/no-require-imports -- a sandboxed preload script is given this `require`, which knows little more than electron
exposeBridge(require('electron') as PreloadElectron);
