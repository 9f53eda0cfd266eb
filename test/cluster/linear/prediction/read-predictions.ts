import assert from 'node:assert/strict';
import type { AnalysisRun } from '../run-analysis.ts';

type Run = Omit<AnalysisRun, 'result'>;

/** The rows of the table of predictions, by column name; cells of these tests hold no comma. */
export function predictionRows(run: Run): Record<string, string>[] {
  const bytes = run.files.get(run.whole.prediction?.file ?? '');
  assert.ok(bytes !== undefined);
  assert.deepEqual([...bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf]);
  const [head = '', ...lines] = bytes.toString('utf8').slice(1).trimEnd().split('\r\n');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, k) => [head.split(',')[k] ?? '', cell])));
}

/** The further input `prediction`. */
export function grid(bytes: string | Uint8Array, fileName = 'P1_未実験データ.csv'): { prediction: { fileName: string; bytes: string | Uint8Array } } {
  return { prediction: { fileName, bytes } };
}
