import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createProgress } from '../../../cli/output/progress.ts';
import { displayWidth } from '../../../cli/output/table.ts';
import { Speech } from '../../../cli/text.ts';
import type { JobEvent } from '../../../schemas/index.ts';

function stream(isTTY: boolean, columns: number): { stream: NodeJS.WriteStream; text: () => string } {
  let text = '';
  return { stream: { isTTY, columns, write: (chunk: string) => { text += chunk; return true; } } as unknown as NodeJS.WriteStream, text: () => text };
}

function event(seq: number, percent: number, values: Record<string, unknown>): JobEvent {
  return { seq, attempt: 1, type: 'progress', state: 'running', percent, stage: 'validating', values, notice: null, at: '2026-01-01T00:00:00Z' };
}

describe('progress', () => {
  it('is a bar on a terminal that keeps to one line, does not fall, and is gone at the end', () => {
    for (const columns of [20, 60, 120]) {
      const { stream: out, text } = stream(true, columns);
      const progress = createProgress({ speech: new Speech('ja'), bar: true, silent: false, stream: out });
      progress.event(event(1, 50, { done: 3, total: 5 }));
      progress.event(event(2, 40, { done: 3, total: 5 }));
      progress.end();
      const drawn = text().split('\r\u001b[K');
      assert.equal(drawn.at(-1), '');
      assert.match(drawn[2] ?? '', / 50 %/);
      for (const line of drawn) assert.ok(displayWidth(line) < columns, line);
    }
  });

  it('is a line for each stage elsewhere, without control characters', () => {
    const { stream: out, text } = stream(false, 80);
    const progress = createProgress({ speech: new Speech('en'), bar: true, silent: false, stream: out });
    progress.event(event(1, 45, { done: 0, total: 5 }));
    progress.event(event(2, 50, { done: 1, total: 5 }));
    progress.end();
    assert.equal(text(), ' 45 %  Cross-validation\n');
  });

  it('says nothing where programs read', () => {
    const { stream: out, text } = stream(true, 80);
    const progress = createProgress({ speech: new Speech('en'), bar: true, silent: true, stream: out });
    progress.event(event(1, 45, {}));
    progress.line('x');
    assert.equal(text(), '');
  });
});
