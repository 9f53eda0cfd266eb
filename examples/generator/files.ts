import { simulate } from './campaign.ts';
import { factorial } from './conditions.ts';
import { candidatesCsv, resultsCsv, settingsCsv } from './tables.ts';
import { wampler } from './wampler.ts';

/** Rows of a factor file: lowest, highest, step (or the list of levels). */
const factorFile = [
  ['', 'ブラシ', '回転速度', '送り速度', 'UPカット', '切込量', '突出量', '載せ率', 'パス数'],
  ['min', 'A11', '1000', '500', '0', '0.5', '10', '0.4', '1'],
  ['max', 'A11', '8000', '4000', '1', '1.5', '20', '0.6', '3'],
  ['間隔', '', '1750', '"500,1000,2000,4000"', '1', '0.5', '5', '0.1', '1'],
];

/** The same levels as the factor file spells out. */
const candidateGrid = {
  speed: [1000, 2750, 4500, 6250, 8000], feed: [500, 1000, 2000, 4000], upCut: [0, 1], depth: [0.5, 1, 1.5], projection: [10, 15, 20], load: [0.4, 0.5, 0.6], passes: [1, 2, 3],
};

/** Settings that the classification decides. */
const settingsGrid = { speed: [2000, 4000, 6000, 8000], feed: [500, 1500, 2500, 3500], upCut: [0, 1], depth: [0.5, 1, 1.5], projection: [10, 20], load: [0.5], passes: [1, 3] };

/** Every generated file of this folder: path below examples/ → text. `node examples/generate.ts --all` writes them. */
export function exampleFiles(): Map<string, string> {
  const linear = simulate({ rows: 180, seed: 1, instrumented: 15 });
  return new Map([
    ['linear_analysis/deburring.csv', resultsCsv(linear)],
    ['linear_analysis/deburring.en.csv', resultsCsv(linear, { headers: 'en' })],
    ['nonlinear_analysis/deburring.csv', resultsCsv(simulate({ rows: 300, seed: 2 }))],
    ['classification/deburring.csv', resultsCsv(simulate({ rows: 240, seed: 3 }))],
    ['classification/settings.csv', settingsCsv(factorial(settingsGrid))],
    ['optimization/factors.csv', `\ufeff${factorFile.map((row) => `${row.join(',')}\n`).join('')}`],
    ['optimization/candidates.csv', candidatesCsv(factorial(candidateGrid))],
    ['public/wampler1.csv', wampler(1)],
    ['public/wampler2.csv', wampler(2)],
  ]);
}
