import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isAbsolute, relative, resolve } from 'node:path';
import fc from 'fast-check';
import { SafePaths } from '../../../cli/download/paths.ts';

describe('places for files whose names come from elsewhere', () => {
  const placed = (...paths: string[]): string[] => {
    const places = new SafePaths(['job.json']);
    return paths.map((path) => places.place(path));
  };

  it('never leave the folder', () => {
    for (const path of ['../a', '../../etc/passwd', '/etc/passwd', 'C:\\Windows\\a', '..\\a', 'a/../../b', './../a', '.', '', '//', '...', '.. ', 'a/.. /b']) {
      const [place = ''] = placed(path);
      const inside = relative('/root', resolve('/root', place));
      assert.ok(inside !== '' && !inside.startsWith('..') && !isAbsolute(place), `${JSON.stringify(path)} → ${place}`);
      assert.ok(!place.split('/').includes('..'), `${JSON.stringify(path)} → ${place}`);
    }
  });

  it('differ where case does not count, and from names that are ours', () => {
    assert.deepEqual(placed('A.csv', 'a.csv', 'a.CSV'), ['A.csv', 'a (2).csv', 'a (3).CSV']);
    assert.deepEqual(placed('job.json', 'JOB.json'), ['job (2).json', 'JOB (3).json']);
    assert.deepEqual(placed('X/a', 'x/b'), ['X/a', 'X/b']);
    assert.deepEqual(placed('a', 'a/b'), ['a', 'a (2)/b'], 'a file and a folder of one name');
  });

  it('are no device names and hold no characters that a file system refuses', () => {
    assert.deepEqual(placed('CON', 'nul.txt', 'lpt1/a', 'a:b?.csv', 'x\u0000y'), ['_CON', '_nul.txt', '_lpt1/a', 'a_b_.csv', 'x_y']);
  });

  it('hold for any names (fast-check, seed 20)', () => {
    fc.assert(fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 300 }), { maxLength: 20 }), (paths) => {
      const found = placed(...paths);
      assert.equal(new Set(found.map((path) => path.normalize('NFKC').toLowerCase())).size, found.length);
      for (const path of found) {
        for (const name of path.split('/')) {
          assert.ok(name !== '' && name !== '.' && name !== '..' && !/[\u0000-\u001f\\:]/.test(name) && Buffer.byteLength(name) <= 255, JSON.stringify(path));
        }
      }
    }), { seed: 20, numRuns: 40 });
  });
});
