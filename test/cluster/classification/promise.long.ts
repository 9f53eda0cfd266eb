import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { conformalScores } from '../../../cluster/classification/assess/index.ts';
import { widthErrors } from '../../../cluster/classification/assess/calibration-errors.ts';
import { vennAbers } from '../../../cluster/classification/calibration/index.ts';
import { conclude } from '../../../cluster/classification/conclude.ts';
import { conformalP, decide } from '../../../cluster/classification/decision/index.ts';
import type { ClassificationFamilyName } from '../../../cluster/classification/families/index.ts';
import { dealStratified } from '../../../cluster/classification/folds.ts';
import { distance, distanceLimit, learnGate, rowOf } from '../../../cluster/classification/gate.ts';
import { runLabelStudy } from '../../../cluster/classification/study-task.ts';
import type { Matrix } from '../../../kernels/trees/index.ts';
import { randomStream } from '../../../kernels/random/index.ts';
import { sharedData, without } from '../../support/shared-data.ts';

/**
 * The promise over resamplings: each draws rows, goes the whole way (families, pool, calibration, thresholds, label sets, gate) and is judged on rows of the same population that it has not seen.
 * $RESAMPLINGS (500) says how many, $FIRST_SEED (0) where to begin.
 */
const RESAMPLINGS = Number(process.env['RESAMPLINGS'] ?? 500);
const FIRST_SEED = Number(process.env['FIRST_SEED'] ?? 0);
const LIMIT = 0.1;
const RISK = 0.05;
const EPSILON = 0.1;
const ALARMS = 0.05;
const FOLDS = 5;

interface Population {
  readonly about: string;
  readonly families: readonly ClassificationFamilyName[];
  /** rows to learn from, and others to judge by */
  readonly draw: (seed: number) => { x: Matrix; y: Float64Array; freshX: Matrix; freshY: Float64Array };
}

const columnMajor = (columns: readonly (readonly number[])[]): Matrix => ({ values: Float64Array.from(columns.flat()), rows: columns[0]!.length, columns: columns.length, order: 'column-major' });

/** A curved border behind noise: P = σ(3 − 8 (a − ½)² − 8 (b − ½)² …), one column without meaning. */
const curved: Population = {
  about: 'synthetic, 200 of ∞ rows, curved border, two logistic families',
  families: ['logistic', 'quadratic_logistic'],
  draw(seed) {
    const sample = (rows: number, stream: number): [Matrix, Float64Array] => {
      const draw = randomStream(seed, stream);
      const columns = [0, 1, 2].map(() => new Array<number>(rows));
      const y = Float64Array.from({ length: rows }, (_, i) => {
        const [a, b, c] = [draw(), draw(), draw()];
        [a, b, c].forEach((value, j) => { columns[j]![i] = value; });
        return Number(draw() < 1 / (1 + Math.exp(-(3 - 24 * (a - 0.5) ** 2 - 24 * (b - 0.5) ** 2))));
      });
      return [columnMajor(columns), y];
    };
    const [[x, y], [freshX, freshY]] = [sample(200, 1), sample(8000, 2)];
    return { x, y, freshX, freshY };
  },
};

/** Rows of a public table, without replacement. */
function publicTable(file: string, target: string, positive: string, columns: readonly string[], rows: number, families: readonly ClassificationFamilyName[]): Population {
  const load = (): { data: number[][]; labels: number[] } => {
    const [head, ...lines] = readFileSync(join(sharedData, 'uci', file), 'utf8').trim().split(/\r?\n/).map((line) => line.split(',').map((cell) => cell.trim().replaceAll('"', '')));
    return { data: lines.map((cells) => columns.map((name) => Number(cells[head!.indexOf(name)]))), labels: lines.map((cells) => Number(cells[head!.indexOf(target)] === positive)) };
  };
  let known: ReturnType<typeof load> | undefined;
  return {
    about: `${file}, ${rows} rows drawn, ${families.join(' and ')}`,
    families,
    draw(seed) {
      const { data, labels } = known ??= load();
      const draw = randomStream(seed, 3);
      const order = labels.map((_, i) => ({ i, at: draw() })).sort((a, b) => a.at - b.at).map(({ i }) => i);
      const part = (chosen: readonly number[]): [Matrix, Float64Array] => [columnMajor(columns.map((_, j) => chosen.map((i) => data[i]![j]!))), Float64Array.from(chosen, (i) => labels[i]!)];
      const [[x, y], [freshX, freshY]] = [part(order.slice(0, rows)), part(order.slice(rows, rows + 6000))];
      return { x, y, freshX, freshY };
    },
  };
}

const adult = publicTable('adult.csv', 'income', '>50K', ['age', 'education_num', 'capital_gain', 'capital_loss', 'hours_per_week'], 300, ['logistic', 'nearest_neighbours']);
const higgs = publicTable('higgs_7500.csv', 'signal', '1', ['x22', 'x23', 'x25', 'x26', 'x27', 'x28'], 300, ['logistic', 'quadratic_logistic']);

interface Judgement { falsePositive: number; falseNegative: number; gray: number; missed: [number, number]; alarms: number; error: number; bias: number; outsidePair: boolean }

async function judge({ draw, families }: Population, seed: number): Promise<Judgement> {
  const { x, y, freshX, freshY } = draw(seed);
  const group = Int32Array.from({ length: x.rows }, (_, i) => i);
  const fold = dealStratified(group, x.rows, y, FOLDS, seed);
  const rows = { task: 'binary' as const, x, y, featureNames: Array.from({ length: x.columns }, (_, j) => `c${j}`), categorical: [], fold, folds: FOLDS };
  const counters = new Int32Array(new SharedArrayBuffer(8));
  const outcomes = [];
  for (const family of families) outcomes.push(await runLabelStudy({ name: family, family, rows, held: freshX, trials: 1, overrides: {}, seed, counters }));
  const all = Int32Array.from(y.keys());
  const { inside, outside, thresholds } = conclude({ side: 0, inside: all, outside: Int32Array.from(freshY.keys()), y, fold, folds: FOLDS, outcomes }, { final_model: 'stack', calibration: 'auto', false_positive_limit: LIMIT, false_negative_limit: LIMIT, decision_confidence: 1 - RISK });
  const probability = outside!.probability;
  const decisions = Array.from(probability, (p) => decide(thresholds, p));
  const rate = (label: number, decision: string): number => decisions.filter((own, i) => own === decision && freshY[i] === label).length / freshY.filter((own) => own === label).length;
  const known = conformalScores(y, inside);
  const missedOf = (label: number): number => {
    const own = Array.from(probability).filter((_, i) => freshY[i] === label).slice(0, 1000);
    return own.filter((p) => conformalP(label === 1 ? known.positive : known.negative, label === 1 ? p : 1 - p) <= EPSILON).length / own.length;
  };
  const gate = learnGate({ x, categorical: [], fold, folds: FOLDS });
  const limit = distanceLimit(gate, ALARMS)!;
  const looked = 500;
  let alarms = 0;
  for (let i = 0; i < looked; i++) alarms += Number(distance(gate, rowOf(freshX, i)) > limit);
  const pair = vennAbers(inside, y);
  const few = 300;
  let [low, high, seen, variance] = [0, 0, 0, 0];
  for (let i = 0; i < few; i++) {
    const { p0, p1, merged } = pair(probability[i]!);
    low += p0;
    high += p1;
    seen += freshY[i]!;
    variance += merged * (1 - merged);
  }
  // noise of the rows that are judged, and of those that the pair was made of
  const slack = 3.29 * Math.sqrt(variance * (1 + few / y.length));
  return {
    falsePositive: rate(0, 'yes'), falseNegative: rate(1, 'no'), gray: decisions.filter((own) => own === 'gray').length / decisions.length,
    missed: [missedOf(0), missedOf(1)], alarms: alarms / looked, error: widthErrors(freshY, probability, 10).expected, bias: probability.reduce((sum, p, i) => sum + p - freshY[i]!, 0) / freshY.length, outsidePair: seen < low - slack || seen > high + slack,
  };
}

/** Largest count that n coins of this chance exceed in one run of a thousand at most. */
function band(n: number, chance: number): number {
  let [term, sum, k] = [Math.exp(n * Math.log1p(-chance)), 0, 0];
  for (; k < n && (sum += term) < 0.999; k++) term *= (n - k) / (k + 1) * chance / (1 - chance);
  return k;
}

async function hold(t: TestContext, population: Population): Promise<void> {
  const found: Judgement[] = [];
  for (let k = 0; k < RESAMPLINGS; k++) found.push(await judge(population, FIRST_SEED + k));
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const error = (values: readonly number[]): number => Math.sqrt(values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1) / values.length);
  const allowed = band(RESAMPLINGS, RISK);
  const exceeded = (of: 'falsePositive' | 'falseNegative'): number => found.filter((one) => one[of] > LIMIT).length;
  const shown = (values: readonly number[]): string => `${mean(values).toFixed(4)} ± ${error(values).toFixed(4)}`;
  t.diagnostic(`${population.about}: ${RESAMPLINGS} resamplings from seed ${FIRST_SEED}`);
  t.diagnostic(`false positive rate above ${LIMIT} in ${exceeded('falsePositive')} (mean ${shown(found.map((one) => one.falsePositive))}), false negative rate in ${exceeded('falseNegative')} (mean ${shown(found.map((one) => one.falseNegative))}); δ = ${RISK} expects at most ${RISK * RESAMPLINGS}, band ${allowed}; gray ${shown(found.map((one) => one.gray))}`);
  const missed = [0, 1].map((label) => found.map((one) => one.missed[label]!)) as [number[], number[]];
  t.diagnostic(`label sets miss ${shown(missed[0])} of the negatives, ${shown(missed[1])} of the positives (promised ≤ ${EPSILON})`);
  const alarms = found.map((one) => one.alarms);
  t.diagnostic(`false alarms of the gate ${shown(alarms)} (promised ≤ ${ALARMS})`);
  const outside = found.filter((one) => one.outsidePair).length;
  t.diagnostic(`expected calibration error on unseen rows ${shown(found.map((one) => one.error))}; mean probability − share ${shown(found.map((one) => one.bias))}; sum of labels outside the Venn–Abers pair by more than 3.29 standard errors in ${outside}`);
  assert.ok(exceeded('falsePositive') <= allowed && exceeded('falseNegative') <= allowed, 'a limit was exceeded more often than promised');
  for (const own of missed) assert.ok(mean(own) <= EPSILON + 3.29 * error(own), 'label sets miss more than promised');
  assert.ok(mean(alarms) <= ALARMS + 3.29 * error(alarms) && mean(alarms) > ALARMS / 3, 'the gate alarms at another rate than promised');
  const bias = found.map((one) => one.bias);
  assert.ok(Math.abs(mean(bias)) <= 3.29 * error(bias) + 0.005, 'probabilities are too high or too low');
  assert.ok(outside <= band(RESAMPLINGS, 0.001), 'the pair of probabilities does not hold the labels');
}

test('synthetic rows', async (t) => { await hold(t, curved); });
test('incomes (adult)', { skip: without('uci/adult.csv') }, async (t) => { await hold(t, adult); });
test('collisions (higgs)', { skip: without('uci/higgs_7500.csv') }, async (t) => { await hold(t, higgs); });
