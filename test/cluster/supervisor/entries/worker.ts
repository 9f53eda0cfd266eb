import { fileURLToPath } from 'node:url';
import { runWorker } from '../../../../cluster/run-worker.ts';

// a real worker whose job processes break while it runs
await runWorker({ entry: fileURLToPath(new URL('./until-broken.ts', import.meta.url)) });
