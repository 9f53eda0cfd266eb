// Puts `zerosec` into node_modules/.bin, where `npx zerosec` looks first. npm links the commands of dependencies only; without this npx would
// install the project a second time into its cache.
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'node_modules/.bin');
const link = join(folder, 'zerosec');

mkdirSync(folder, { recursive: true });
rmSync(link, { force: true });
if (process.platform === 'win32') {
  writeFileSync(`${link}.cmd`, '@node "%~dp0\\..\\..\\bin\\zerosec.mjs" %*\r\n');
} else {
  chmodSync(join(root, 'bin/zerosec.mjs'), 0o755);
  symlinkSync('../../bin/zerosec.mjs', link);
}
