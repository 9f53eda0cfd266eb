import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { displayWidth, fit, plain, table } from '../../../cli/output/table.ts';
import { wrap } from '../../../cli/output/wrap.ts';

describe('text on a terminal', () => {
  it('full-width characters take two columns, combining marks none', () => {
    assert.equal(displayWidth('上面ダレ量'), 10);
    assert.equal(displayWidth('e\u0301x'), 2);
    assert.equal(displayWidth('ｱ'), 1);
  });

  it('columns are aligned whatever the names are written in', () => {
    const text = table(['項', 'x'], [['回転速度', '1'], ['ab', '-22']]).split('\n');
    assert.deepEqual(text, ['項          x', '────────  ───', '回転速度    1', 'ab        -22']);
  });

  it('what is cut is marked and fits', () => {
    assert.equal(fit('上面ダレ量', 7), '上面ダ…');
    assert.equal(fit('abc', 3), 'abc');
  });

  it('names from a file cannot steer the terminal', () => {
    assert.equal(plain('a\u001b[2Jb\nc\u009b'), 'a [2Jb c ');
  });

  it('lines are broken at blanks and between full-width characters, never before a full stop', () => {
    assert.equal(wrap('one two three', 8), 'one two\nthree');
    assert.equal(wrap('加工条件を使いました。', 10), '加工条件を\n使いまし\nた。');
    for (const width of [10, 17, 30]) {
      for (const line of wrap('終了コード：0 完了　1 失敗　2 使い方・パラメーター・入力の誤り　3 中止', width).split('\n')) assert.ok(displayWidth(line) <= width, line);
    }
  });
});
