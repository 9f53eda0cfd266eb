import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatForColumn } from '../../../../cluster/report/workbook/number-format.ts';
import { charactersOf, linesOf } from '../../../../cluster/report/workbook/text-lines.ts';

describe('a long notice', () => {
  it('is broken into lines that fit, loses nothing, and begins no line with a closing sign', () => {
    const japanese = '加工条件の列を説明変数として使いました：A13、A11、A21、A32、直径、材料、回転速度、送り速度、UPカット、切込量、突出量、載せ率、線材長、パス数。';
    for (let width = 20; width < 180; width += 1) {
      const lines = linesOf(japanese, width);
      assert.equal(lines.join(''), japanese);
      for (const line of lines) {
        assert.doesNotMatch(line, /^[、。：]/);
        assert.ok(charactersOf(line) <= width + 4.3, `${width}: ${line}`);
      }
    }
    assert.deepEqual(linesOf('one two three four', 10), ['one two', 'three', 'four']);
    assert.deepEqual(linesOf('averyveryverylongword and', 10), ['averyveryverylongword', 'and']);
    assert.deepEqual(linesOf('', 10), ['']);
  });
});

describe('a column of measured values', () => {
  it('is shown as it stands, and a computed one with six significant digits', () => {
    assert.equal(formatForColumn([0.5, 1, null, 1500]), undefined);
    assert.equal(formatForColumn([3.4285714285714284, 12, null]), '0.0000');
    assert.equal(formatForColumn([1.5e-9, 0]), '0.00000E+00');
    assert.equal(formatForColumn(['a', null]), undefined);
  });
});
