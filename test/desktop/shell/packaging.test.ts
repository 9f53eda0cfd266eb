import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { root } from '../../cli/support.ts';

interface Builder {
  electronVersion: string;
  files: string[];
  publish: null;
  extraResources: { to: string }[];
  fileAssociations: { ext: string; rank: string }[];
  protocols: { schemes: string[] }[];
  win: { target: { target: string }[]; icon: string };
  mac: { target: { target: string }[]; icon: string; hardenedRuntime: boolean };
  linux: { target: { target: string }[]; icon: string };
}
interface Manifest { main: string; version: string; dependencies?: Record<string, string>; devDependencies?: Record<string, string> }
const read = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8')) as T;

describe('packaging of the desktop program', { concurrency: false }, () => {
  const builder = read<Builder>(join(root, 'desktop/electron-builder.json'));

  it('Electron and its packager are no dependencies: `npm ci` fetches no browser', () => {
    const { dependencies, devDependencies } = read<Manifest>(join(root, 'package.json'));
    for (const name of ['electron', 'electron-builder', '@electron/fuses']) assert.equal({ ...dependencies, ...devDependencies }[name], undefined, name);
    assert.match(readFileSync(join(root, 'scripts/package-desktop.ts'), 'utf8'), /electron-builder@\d+\.\d+\.\d+/, 'one version, not the newest of the day');
  });

  it('stages what the configuration names: program, page, icon; nothing else is needed by the program', () => {
    const { status, stderr } = spawnSync(process.execPath, [join(root, 'scripts/package-desktop.ts'), '--stage-only'], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    const app = join(root, 'build/package');
    const manifest = read<Manifest>(join(app, 'package.json'));
    assert.equal(manifest.version, read<Manifest>(join(root, 'package.json')).version);
    assert.ok(existsSync(join(app, manifest.main)));
    assert.ok(builder.files.some((pattern) => manifest.main.startsWith(pattern.replace('/**', ''))), 'the entry is packed');
    for (const path of ['electron/preload.cjs', 'desktop/index.html', builder.win.icon, builder.mac.icon, builder.linux.icon]) assert.ok(existsSync(join(app, path)), path);
    const icon = readFileSync(join(app, builder.win.icon));
    assert.ok(icon.readUInt32BE(16) >= 512, 'electron-builder wants 512 pixels');
    const imported = [...readFileSync(join(app, manifest.main), 'utf8').matchAll(/^import .*? from "([^"]+)";$/gm)].map(([, name]) => name ?? '');
    assert.deepEqual(imported.filter((name) => name !== 'electron' && !name.startsWith('node:')), []);
  });

  it('installers for three systems; tables and links lead to the program, without taking tables from others', () => {
    assert.deepEqual([builder.win, builder.mac, builder.linux].map(({ target }) => target.map((one) => one.target)), [['nsis'], ['dmg'], ['AppImage', 'deb']]);
    assert.deepEqual(builder.fileAssociations.map(({ ext }) => ext), ['csv', 'tsv', 'xlsx']);
    assert.ok(builder.fileAssociations.every(({ rank }) => rank === 'Alternate'));
    assert.deepEqual(builder.protocols.map(({ schemes }) => schemes), [['zerosec']]);
    assert.equal(builder.mac.hardenedRuntime, true);
    assert.deepEqual(builder.extraResources.map(({ to }) => to), ['backend'], 'where desktop/main/main.ts looks for it');
    assert.equal(builder.publish, null);
  });
});
