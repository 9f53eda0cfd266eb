import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Fault, type DesirabilityResult } from '../../../../schemas/index.ts';
import { analyseTable, type AnalysisRun } from '../run-analysis.ts';

/** Tire tread compound, Derringer & Suich (1980), J. Quality Technology 12, 214–219: silica, silane, sulfur; abrasion, modulus, elongation, hardness. */
const tread = `x1,x2,x3,abrasion,modulus,elongation,hardness
-1,-1,1,102,900,470,67.5
1,-1,-1,120,860,410,65
-1,1,-1,117,800,570,77.5
1,1,1,198,2294,240,74.5
-1,-1,-1,103,490,640,62.5
1,-1,1,132,1289,270,67
-1,1,1,132,1270,410,78
1,1,-1,139,1090,380,70
-1.633,0,0,102,770,590,76
1.633,0,0,154,1690,260,70
0,-1.633,0,96,700,520,63
0,1.633,0,163,1540,380,75
0,0,-1.633,116,2184,520,65
0,0,1.633,153,1784,290,71
0,0,0,133,1300,380,70
0,0,0,133,1300,380,68.5
0,0,0,140,1145,430,68
0,0,0,142,1090,430,68
0,0,0,145,1260,390,69
0,0,0,142,1344,390,70
`;
const goals = [
  { target: 'abrasion', goal: 'maximum', low: 120, high: 170 }, { target: 'modulus', goal: 'maximum', low: 1000, high: 1300 },
  { target: 'elongation', goal: 'target', low: 400, aim: 500, high: 600 }, { target: 'hardness', goal: 'target', low: 60, aim: 67.5, high: 75 },
];
const parameters = { target_columns: goals.map(({ target }) => target), feature_columns: ['x1', 'x2', 'x3'], model: 'quadratic', train_test_split: 0, cv_splits: 2, language: 'en' };

async function find(desirability: object, options: Parameters<typeof analyseTable>[2] = {}, more: object = {}): Promise<DesirabilityResult & { run: Omit<AnalysisRun, 'result'> }> {
  const run = await analyseTable(tread, { ...parameters, ...more, desirability: { goals, ...desirability } }, options);
  assert.ok(run.whole.desirability !== null);
  return { ...run.whole.desirability, run };
}

const at = ({ best }: DesirabilityResult): number[] => ['x1', 'x2', 'x3'].map((name) => Number(best.conditions[name]));

describe('best conditions for several targets at once', () => {
  test('tire tread: the published optimum, its predictions and its desirability', async () => {
    const found = await find({});
    assert.ok(Math.abs(found.best.desirability - 0.583) < 0.001, String(found.best.desirability));
    // published to three places from a coarser search
    [-0.05, 0.145, -0.868].forEach((value, k) => assert.ok(Math.abs((at(found)[k] as number) - value) < 0.015, String(at(found))));
    [129.5, 1300, 465.7, 68].forEach((value, k) => assert.ok(Math.abs((found.best.predictions[k]?.value ?? 0) / value - 1) < 0.002, JSON.stringify(found.best.predictions[k])));
    for (const { value, mean_low, mean_high, low, high } of found.best.predictions) assert.ok(low! < mean_low! && mean_low! < value! && value! < mean_high! && mean_high! < high!);
    assert.ok(found.alternatives.every(({ desirability }) => desirability <= found.best.desirability));
    assert.deepEqual(found.profiles.map(({ factor }) => factor), ['x1', 'x2', 'x3']);
    assert.ok(found.profiles.every(({ desirability }) => Math.max(...desirability) <= found.best.desirability + 1e-9), 'nothing along a factor is better than the best');
  });

  test('on steps: exactly the best of all points of the lattice, by the profile of predictions of a grid', async () => {
    const steps = [-1.5, -1, -0.5, 0, 0.5, 1, 1.5];
    const lattice = steps.flatMap((x1) => steps.flatMap((x2) => steps.map((x3) => [x1, x2, x3])));
    const step = { low: -1.5, high: 1.5, step: 0.5 };
    const found = await find({ factors: { x1: step, x2: step, x3: step } }, { prediction: { fileName: 'grid.csv', bytes: `x1,x2,x3\n${lattice.map((point) => point.join(',')).join('\n')}\n` } });
    const [head = '', ...lines] = String(found.run.files.get(found.run.whole.prediction?.file ?? '')).replace(/^\ufeff/, '').trimEnd().split('\r\n');
    const columns = goals.map(({ target }) => head.split(',').indexOf(target));
    const share = (value: number, from: number, to: number): number => Math.min(1, Math.max(0, (value - from) / (to - from)));
    const overall = lines.map((line) => {
      const [a, m, e, h] = columns.map((column) => Number(line.split(',')[column])) as [number, number, number, number];
      const peak = (value: number, low: number, aim: number, high: number): number => (value < aim ? share(value, low, aim) : share(value, high, aim));
      return (share(a, 120, 170) * share(m, 1000, 1300) * peak(e, 400, 500, 600) * peak(h, 60, 67.5, 75)) ** 0.25;
    });
    const largest = overall.indexOf(Math.max(...overall));
    assert.deepEqual(at(found), lattice[largest]);
    assert.ok(Math.abs(found.best.desirability - (overall[largest] as number)) < 1e-9);
  });

  test('every option changes the result', async () => {
    const base = await find({});
    const cases: [string, object][] = [
      ['limits', { factors: { x3: { low: -0.5, high: 0.5 } } }], ['levels', { factors: { x2: { levels: [-1, 0, 1] } } }], ['fixed', { factors: { x1: { fixed: 0.5 } } }],
      ['step', { factors: { x3: { low: -1.5, high: 1.5, step: 0.5 } } }], ['constraints', { constraints: [{ coefficients: { x1: 1, x2: 1 }, limit: -0.2 }] }],
      ['weight', { goals: goals.map((goal, k) => (k === 0 ? { ...goal, weight: 3 } : goal)) }], ['low_weight', { goals: goals.map((goal, k) => (k === 2 ? { ...goal, low_weight: 4 } : goal)) }],
      ['high_weight', { goals: goals.map((goal, k) => (k === 3 ? { ...goal, high_weight: 6 } : goal)) }], ['importance', { goals: goals.map((goal, k) => (k === 0 ? { ...goal, importance: 5 } : goal)) }],
      ['aim', { goals: goals.map((goal, k) => (k === 2 ? { ...goal, aim: 450 } : goal)) }], ['goal', { goals: goals.map((goal, k) => (k === 0 ? { ...goal, goal: 'minimum' } : goal)) }],
      ['range', { goals: goals.map((goal, k) => (k === 2 ? { ...goal, goal: 'range' } : goal)) }], ['low', { goals: goals.map((goal, k) => (k === 0 ? { ...goal, low: 110 } : goal)) }],
    ];
    for (const [name, change] of cases) assert.notDeepEqual(at(await find(change)), at(base), name);
    assert.equal((await find({ factors: { x1: { fixed: 0.5 } } })).best.conditions['x1'], 0.5);
    const constrained = at(await find({ constraints: [{ coefficients: { x1: 1, x2: 1 }, limit: -0.2 }] }));
    assert.ok((constrained[0] as number) + (constrained[1] as number) <= -0.2 + 1e-9);
    assert.ok((await find({ goals: goals.map((goal, k) => (k === 0 ? { ...goal, high: 150 } : goal)) })).best.desirability > base.best.desirability, 'high');
    assert.equal((await find({ alternatives: 0 })).alternatives.length, 0);
    for (const distance of [0.05, 0.2]) {
      const { best, alternatives } = await find({ alternatives: 3, distance });
      assert.equal(alternatives.length, 3);
      for (const one of alternatives) assert.ok(['x1', 'x2', 'x3'].some((name) => Math.abs(Number(one.conditions[name]) - Number(best.conditions[name])) >= distance * 2 * 1.633 * 0.999), String(distance));
    }
  });

  test('the same bytes on 1, 2 and 4 threads', async () => {
    const bytes = await Promise.all([1, 2, 4].map(async (threads) => String((await find({}, { threads })).run.files.get('result.json'))));
    assert.ok(bytes[1] === bytes[0] && bytes[2] === bytes[0]);
  });

  test('sheet and chart are written', async () => {
    const { run } = await find({ goals: goals.slice(0, 1) }, {}, { target_columns: ['abrasion'], outputs: ['workbook', 'charts'] });
    assert.equal(run.files.get('05_最適条件/最適条件.xlsx')?.subarray(0, 2).toString(), 'PK');
    assert.ok((run.files.get('05_最適条件/desirability.png')?.length ?? 0) > 5000);
  });

  test('what cannot be met is told: goals out of reach, and conditions that lie far from the data', async () => {
    const { run } = await find({ goals: [{ target: 'abrasion', goal: 'maximum', low: 900, high: 1000 }] });
    assert.ok(run.notices.some(({ code, values }) => code === 'desirability_zero' && String(values?.['names']) === 'abrasion'), JSON.stringify(run.notices));
    const far = await find({ goals: [{ target: 'abrasion', goal: 'maximum', low: 100, high: 1000 }], factors: { x1: { low: 3, high: 4 } } });
    assert.ok(far.run.notices.some(({ code, values }) => code === 'desirability_outside' && String(values?.['names']) === 'x1'));
  });

  test('a text and a count have their levels only; a probability may be a goal', async () => {
    const rows = Array.from({ length: 60 }, (_, i) => ({ brush: ['A11', 'A13', 'A21'][i % 3], pass: 1 + (i % 4), x: (i * 7) % 10, ok: (i * 7) % 10 + (i % 5) > 6 ? 1 : 0 }));
    const table = `brush,pass,x,y,ok\n${rows.map(({ brush, pass, x, ok }, i) => [brush, pass, x, pass * 2 + (brush === 'A13' ? 5 : 0) - 0.3 * x + (i % 6) / 10, ok].join(',')).join('\n')}\n`;
    const run = await analyseTable(table, { target_columns: ['y'], feature_columns: ['brush', 'pass', 'x'], train_test_split: 0, desirability: { goals: [{ target: 'y', goal: 'maximum', low: 0, high: 30 }] } });
    const { x, ...discrete } = run.whole.desirability?.best.conditions ?? {};
    assert.deepEqual(discrete, { brush: 'A13', pass: 4 });
    assert.ok(Math.abs(Number(x)) < 1e-6);
    const binary = await analyseTable(table, { target_columns: ['ok'], target_kind: 'binary', feature_columns: ['x'], train_test_split: 0, desirability: { goals: [{ target: 'ok', goal: 'maximum', low: 0, high: 1 }] } });
    assert.ok(Math.abs(Number(binary.whole.desirability?.best.conditions['x']) - 9) < 1e-6);
  });

  test('bad input is told by name', async () => {
    const cases: [object, string, string][] = [
      [{ goals: [{ target: 'abrasio', goal: 'maximum', low: 0, high: 1 }] }, 'desirability_target', 'parameters.desirability.goals.0.target'],
      [{ goals: [{ target: 'abrasion', goal: 'maximum', low: 1, high: 1 }] }, 'desirability_goal', 'parameters.desirability.goals.0'],
      [{ goals: [{ target: 'abrasion', goal: 'target', low: 1, aim: 5, high: 2 }] }, 'desirability_goal', 'parameters.desirability.goals.0'],
      [{ factors: { x4: { fixed: 1 } } }, 'desirability_factor_nearest', 'parameters.desirability.factors.x4'],
      [{ factors: { x1: { low: 2, high: 1 } } }, 'desirability_limits', 'parameters.desirability.factors.x1'],
      [{ factors: { x1: { levels: ['a'] } } }, 'desirability_level', 'parameters.desirability.factors.x1'],
      [{ constraints: [{ coefficients: { x1: 1 }, limit: -9 }] }, 'desirability_infeasible', 'parameters.desirability.constraints'],
    ];
    for (const [change, code, field] of cases) {
      await assert.rejects(find(change), (error) => error instanceof Fault && error.code === code && error.where.field === field, code);
    }
  });

  test('what is wrong with goals, names and limits is told before anything is fitted; so is a name that only text has', async () => {
    const wrong: [object, string][] = [
      [{ goals: [{ target: 'abrasio', goal: 'maximum', low: 0, high: 1 }] }, 'desirability_target'], [{ goals: [{ target: 'abrasion', goal: 'maximum', low: 1, high: 1 }] }, 'desirability_goal'],
      [{ factors: { x4: { fixed: 1 } } }, 'desirability_factor_nearest'], [{ factors: { x1: { low: 2, high: 1 } } }, 'desirability_limits'], [{ constraints: [{ coefficients: { brush: 1 }, limit: 1 }] }, 'desirability_constraint'],
    ];
    const table = tread.replace('x1,', 'brush,x1,').replaceAll(/\n(?=.)/g, (_, at: number) => `\n${at % 2 === 0 ? 'A11' : 'A13'},`);
    for (const [change, code] of wrong) {
      const stages: string[] = [];
      const job = analyseTable(table, { target_columns: ['abrasion'], feature_columns: ['brush', 'x1', 'x2', 'x3'], train_test_split: 0, desirability: { goals: goals.slice(0, 1), ...change } }, { seen: (stage) => void stages.push(stage) });
      await assert.rejects(job, (error) => error instanceof Fault && error.code === code, code);
      assert.ok(stages.includes('checking') && !stages.includes('fitting'), stages.join());
    }
  });

  test('limits of a factor that the selection dropped have no effect, and that is told', async () => {
    const table = `x,noise,y\n${Array.from({ length: 30 }, (_, i) => `${i},${(i * 7) % 5},${i + ((i * 11) % 3) / 10}`).join('\n')}`;
    const run = await analyseTable(table, {
      target_columns: ['y'], feature_columns: ['x', 'noise'], train_test_split: 0, cv_splits: 2, selection: { method: 'backward', criterion: 'bic' },
      desirability: { goals: [{ target: 'y', goal: 'maximum', low: 0, high: 10 }], factors: { noise: { low: 1, high: 2 } } },
    });
    assert.deepEqual(run.notices.find(({ code }) => code === 'desirability_factor_unused')?.values, { names: ['noise'] });
  });
});
