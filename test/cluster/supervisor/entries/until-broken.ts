import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';

// a job process that starts until a file says that it is broken (a full disk, a library that was removed); it takes a job and dies
if (existsSync(join(tmpdir(), 'broken'))) throw new Error('cannot start any more');
process.on('message', () => process.exit(1));
process.on('disconnect', () => process.exit(0));
process.send?.({ type: 'ready' });
