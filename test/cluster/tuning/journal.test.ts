import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventLine, headLine, optunaJournal, readJournal, resumeStudy, Study, tpeSampler, wilcoxonPruner } from '../../../cluster/tuning/index.ts';
import type { JournalHead, SearchSpace } from '../../../cluster/tuning/index.ts';
import { python, withoutPython } from '../../support/python.ts';

const space: SearchSpace = [
  { name: 'rate', distribution: { kind: 'float', low: 0.01, high: 1, log: true } },
  { name: 'depth', distribution: { kind: 'int', low: 1, high: 9 } },
  { name: 'kind', distribution: { kind: 'categorical', choices: ['a', 'b', true, 3] } },
  { name: 'only_b', distribution: { kind: 'float', low: 0, high: 1 }, when: { parameter: 'kind', is: ['b'] } },
];
const head: JournalHead = { study: '上面ダレ量/forest/0', version: 1, seed: 9, directions: ['minimize'], space, sampler: 'tpe', pruner: 'wilcoxon', fingerprint: 'f' };

function open(lines: string[]): Study {
  const study = new Study({ name: head.study, space, sampler: tpeSampler({ startupTrials: 5 }), pruner: wilcoxonPruner(), seed: head.seed, onEvent: (event) => { lines.push(eventLine(event)); } });
  return study;
}

/** Three folds a trial, then the mean. Goes on with an open trial where its reports end. */
function work(study: Study, trials: number): void {
  const loss = (number: number, fold: number): number => {
    const { point } = study.trials[number]!;
    return number === 7 ? Number.NaN : Math.abs(Math.log(point['rate']!) + 2) + point['depth']! / 10 + point['kind']! / 5 + (point['only_b'] ?? 0) + fold / 10;
  };
  while (true) {
    const waiting = study.trials.find(({ state }) => state === 'running');
    if (!waiting && study.trials.length >= trials) return;
    const number = waiting?.number ?? study.ask().number;
    const trial = study.trials[number]!;
    let pruned = study.shouldPrune(number);
    for (let fold = trial.reports.length; fold < 3 && !pruned; fold++) pruned = study.report(number, fold, loss(number, fold));
    if (pruned) study.prune(number);
    else study.tell(number, [trial.reports.reduce((sum, { value }) => sum + value, 0) / 3]);
  }
}

function fresh(): string {
  const lines = [headLine(head)];
  const study = open(lines);
  study.enqueue({ rate: 0.1, depth: 3, kind: 'a' });
  work(study, 40);
  return lines.join('');
}

test('a study cut off anywhere goes on to the same bytes', () => {
  const whole = fresh();
  assert.ok(whole.includes('"NaN"') && whole.includes('pruned'), 'the journal has a NaN and a pruned trial');
  let x = 12345;
  for (let round = 0; round < 60; round++) {
    x = Math.imul(x, 1103515245) + 12345 >>> 0;
    const cut = headLine(head).length + x % (whole.length - headLine(head).length);
    const journal = readJournal(whole.slice(0, cut));
    const lines = [whole.slice(0, journal.complete)];
    const study = open(lines);
    resumeStudy(study, head, journal);
    if (journal.events.length === 0) study.enqueue({ rate: 0.1, depth: 3, kind: 'a' });
    work(study, 40);
    assert.equal(lines.join(''), whole, `cut at ${cut}`);
  }
});

test('a journal of other data or settings is not continued, a damaged one names its line', () => {
  const whole = fresh();
  assert.throws(() => { resumeStudy(open([]), { ...head, fingerprint: 'other' }, readJournal(whole)); }, { code: 'tuning_journal_other' });
  assert.throws(() => readJournal(whole.replace('"op":"ask"', '"op":ask')), (error: unknown) => (error as { code: string; where: { row: number } }).code === 'tuning_journal' && (error as { where: { row: number } }).where.row === 3);
});

test('Optuna reads the exported journal: the same trials, states, values, parameters and distributions', { skip: withoutPython('optuna') }, () => {
  const study = open([]);
  study.enqueue({ rate: 0.1, depth: 3, kind: 'a' });
  work(study, 40);
  const { number: running } = study.ask();
  const path = join(mkdtempSync(join(tmpdir(), 'zerosec-')), 'studies.log');
  writeFileSync(path, optunaJournal([study, new Study({ name: 'empty', space, sampler: tpeSampler(), seed: 1, directions: ['maximize'] })]));
  const seen = python(`
import json,sys,warnings,math
warnings.filterwarnings("ignore")
import optuna
from optuna.storages import JournalStorage, JournalFileStorage
storage = JournalStorage(JournalFileStorage(json.load(sys.stdin)))
s = optuna.load_study(study_name="${head.study}", storage=storage)
clean = lambda v: None if v is None or math.isnan(v) else v
print(json.dumps({"names": sorted(x.study_name for x in optuna.get_all_study_summaries(storage)), "best": s.best_trial.number, "trials": [{"state": t.state.name, "value": t.value, "params": t.params, "reports": {k: clean(v) for k, v in t.intermediate_values.items()}} for t in s.trials]}))
`, path) as { names: string[]; best: number; trials: { state: string; value: number | null; params: Record<string, unknown>; reports: Record<string, number | null> }[] };
  assert.deepEqual(seen.names, ['empty', head.study].sort());
  assert.equal(seen.best, study.best!.number);
  assert.equal(seen.trials[running]!.state, 'RUNNING');
  const states = { complete: 'COMPLETE', pruned: 'PRUNED', failed: 'FAIL', running: 'RUNNING' };
  study.trials.forEach((trial, i) => {
    assert.equal(seen.trials[i]!.state, states[trial.state]);
    assert.deepEqual(seen.trials[i]!.params, study.parametersOf(trial));
    if (trial.state === 'complete') assert.equal(seen.trials[i]!.value, trial.values[0]);
    assert.deepEqual(seen.trials[i]!.reports, Object.fromEntries(trial.reports.map(({ step, value }) => [step, Number.isNaN(value) ? null : value])));
  });
});
