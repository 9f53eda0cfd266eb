import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { peerProcess, type Answers, type Case, type CaseResult, type Setting, type Suite } from '../../harness/index.ts';
import { instantiate, KernelMemory, leastSquares, loadKernels, oneWayAnova, univariateSummary, type LeastSquaresDiagnostics } from '../../../kernels/index.ts';
import { nistFolder, readColumns, readLinearSet, type Column, type Quantity } from './nist.ts';
import { rReference } from './r-reference.ts';
import { belowBar, showScores, type Method, type Truth } from './scores.ts';

type Kind = 'linear' | 'anova' | 'univariate';
type Peer = readonly [name: string, script: string, variant: string];

const linearSets = ['Norris', 'Pontius', 'NoInt1', 'NoInt2', 'Filip', 'Longley', 'Wampler1', 'Wampler2', 'Wampler3', 'Wampler4', 'Wampler5'];
const anovaSets = ['SiRstv', 'SmLs01', 'SmLs02', 'SmLs03', 'AtmWtAg', 'SmLs04', 'SmLs05', 'SmLs06', 'SmLs07', 'SmLs08', 'SmLs09'];
const univariateSets = ['Lew', 'Lottery', 'Mavro', 'Michelso', 'NumAcc1', 'NumAcc2', 'NumAcc3', 'NumAcc4'];

/** Ours on one kind of set. */
interface Solved {
  truth: Truth;
  ours: Answers;
  /** how the peers' scripts are told the sets */
  sets: string;
}

const linear: Case = accuracyCase('linear', 'NIST linear regression, 11 sets against solutions in rational numbers', {
  bars: {
    coefficients: 15, se: 15, sd: 14.5, r2: 14.5, f: 14.5, t: 15, p: 12, fp: 12, interval: 13,
    leverage: 13, press: 13, standardised: 13, studentised: 13, cook: 13, dffits: 13, vif: 13,
  },
  tables: [['coefficients', 'se'], ['sd', 'r2', 'f'], ['t', 'p', 'fp', 'interval'], ['leverage', 'press', 'vif'], ['standardised', 'studentised', 'cook', 'dffits']],
  peers: [
    ['numpy lstsq', 'accuracy.py', 'lstsq'], ['sklearn LinearRegression', 'accuracy.py', 'sklearn'], ['statsmodels OLS pinv', 'accuracy.py', 'pinv'],
    ['statsmodels OLS qr', 'accuracy.py', 'qr'], ['R lm', 'accuracy.R', 'lm'], ['R lm tol 1e-14', 'accuracy.R', 'lm14'],
  ],
  async solve(folder) {
    const kernels = await instantiate(await loadKernels(), KernelMemory.create({ maximumBytes: 2 ** 26 }));
    const sets = linearSets.map((name) => readLinearSet(folder, name));
    const ours = Object.fromEntries(sets.flatMap(({ name, input }) => {
      const fit = leastSquares(kernels, input);
      const rows = fit.diagnostics as LeastSquaresDiagnostics;
      const terms = input.intercept === true ? 1 : 0;
      const answers: Record<Quantity, number | number[]> = {
        coefficients: [...fit.coefficients], se: [...fit.standardErrors], sd: fit.sigma, r2: fit.rSquared, f: fit.f.value, t: [...fit.t], p: [...fit.pValues], fp: fit.f.pValue,
        interval: [...fit.intervalLow].flatMap((low, j) => [low, fit.intervalHigh[j] as number]),
        leverage: [...rows.leverage], press: rows.press, standardised: [...rows.standardised], studentised: [...rows.studentised], cook: [...rows.cooksDistance], dffits: [...rows.dffits],
        vif: [...fit.varianceInflation.subarray(terms)],
      };
      return Object.entries(answers).map(([key, value]) => [`${name}.${key}`, value]);
    }));
    return { truth: new Map(sets.map(({ name, exact }) => [name, exact])), ours, sets: sets.map(({ name, degree, intercept }) => `${name}:${degree}:${intercept ? 1 : 0}`).join() };
  },
});

const anova: Case = accuracyCase('anova', 'NIST one-way analysis of variance, F of 11 sets', {
  bars: { f: 14.5 },
  tables: [['f']],
  peers: [['scipy f_oneway', 'accuracy.py', 'scipy'], ['statsmodels OLS', 'accuracy.py', 'pinv'], ['R lm', 'accuracy.R', 'lm'], ['R aov', 'accuracy.R', 'aov']],
  async solve(folder) {
    const schema = z.object({ anova: z.object({ between: z.object({ FText: z.string() }) }) });
    const truth = new Map(anovaSets.map((name) => [name, { f: [Number(schema.parse(certified(folder, name)).anova.between.FText)] }]));
    const ours = Object.fromEntries(anovaSets.map((name) => {
      const columns = readColumns(folder, name);
      return [`${name}.f`, oneWayAnova(columns.get('response') as Column, (columns.get('treatment') as Column).hi).f];
    }));
    return { truth, ours, sets: anovaSets.join() };
  },
});

const univariate: Case = accuracyCase('univariate', 'NIST univariate summaries, 8 sets: mean, standard deviation, lag-1 autocorrelation', {
  bars: { mean: 14.5, sd: 14.5, r1: 14 },
  tables: [['mean', 'sd', 'r1']],
  peers: [['numpy', 'accuracy.py', 'numpy'], ['R mean, sd, acf', 'accuracy.R', 'summary']],
  async solve(folder) {
    const schema = z.object({ mean: z.number(), sd: z.number(), lag1Autocorrelation: z.number() });
    const truth = new Map(univariateSets.map((name) => {
      const { mean, sd, lag1Autocorrelation } = schema.parse(certified(folder, name));
      return [name, { mean: [mean], sd: [sd], r1: [lag1Autocorrelation] }];
    }));
    const ours = Object.fromEntries(univariateSets.flatMap((name) => {
      const { mean, standardDeviation, lag1Autocorrelation } = univariateSummary(readColumns(folder, name).get('y') as Column);
      return [[`${name}.mean`, mean], [`${name}.sd`, standardDeviation], [`${name}.r1`, lag1Autocorrelation]];
    }));
    return { truth, ours, sets: univariateSets.join() };
  },
});

const absentData = 'the reference data are absent: put the shared folder beside the project or set ZEROSEC_SHARED';

function certified(folder: string, name: string): unknown {
  return JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
}

interface Parts {
  /** least correct digits of ours, by quantity */
  bars: Readonly<Record<string, number>>;
  tables: readonly (readonly string[])[];
  peers: readonly Peer[];
  solve: (folder: string) => Promise<Solved>;
}

function accuracyCase(kind: Kind, about: string, { bars, tables, peers, solve }: Parts): Case {
  return {
    name: kind,
    about,
    async run(setting): Promise<CaseResult> {
      const folder = nistFolder(kind);
      if (folder === null) return { comparisons: [], failures: [], details: [absentData] };
      const { truth, ours, sets } = await solve(folder);
      const own: Method = { name: 'zerosec', answers: ours };
      const absent: string[] = [];
      const methods = [own];
      for (const peer of setting.quick ? [] : peers) {
        const answered = await ask(peer, folder, sets, setting);
        if (typeof answered === 'string') absent.push(answered);
        else methods.push(answered);
      }
      return { comparisons: [], failures: belowBar(truth, own, bars), details: [...tables.flatMap((quantities) => showScores(truth, methods, quantities).split('\n')), ...absent] };
    },
  };
}

/** @returns what the peer answered, or why there is nothing */
async function ask([name, script, variant]: Peer, folder: string, sets: string, { threads }: Setting): Promise<Method | string> {
  const peer = await peerProcess(name, script, [variant, folder, sets], threads);
  if ('absent' in peer) return `${name}: ${peer.absent}`;
  try {
    await peer.run(1);
    return { name: `${name} ${peer.version}`, answers: await peer.answers() };
  } finally {
    await peer.close();
  }
}

const reference: Case = {
  name: 'r-reference',
  about: 'the output of R on 72 brush rows: lm, influence, weights, HC0–HC4; HC0–HC3 of Longley\'s data against rational numbers',
  async run(): Promise<CaseResult> {
    const folder = nistFolder('linear');
    const found = folder === null ? null : rReference(folder, await instantiate(await loadKernels(), KernelMemory.create({ maximumBytes: 2 ** 26 })));
    if (found === null) return { comparisons: [], failures: [], details: [absentData] };
    const own: Method = { name: 'zerosec', answers: found.ours };
    const least = Object.fromEntries([...found.truth.values()].flatMap((quantities) => Object.keys(quantities)).map((quantity) => [quantity, ['cook', 'dffits'].includes(quantity) ? 9 : 10]));
    const methods: Method[] = [own, { name: 'R 4.2.2, recorded', answers: found.r }];
    const tables = [['coefficients', 'se', 'sd'], ['t', 'p', 'interval'], ['r2', 'f', 'fp', 'press'], ['leverage', 'standardised', 'studentised', 'cook', 'dffits', 'covratio'], ['hc0', 'hc1', 'hc2', 'hc3', 'hc4']];
    return { comparisons: [], failures: belowBar(found.truth, own, least), details: tables.flatMap((quantities) => showScores(found.truth, methods, quantities).split('\n')) };
  },
};

/** Digits, not seconds. With --quick ours alone. */
export const accuracy: Suite = { name: 'accuracy', about: 'correct digits on the NIST reference sets beside numpy, scipy, statsmodels, sklearn and R', cases: [linear, anova, univariate, reference] };
