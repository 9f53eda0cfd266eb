import { drawCondition, type Condition } from './conditions.ts';
import { instrument, type Instruments } from './pilot.ts';
import { stream } from './random.ts';
import { measure, round, type Responses } from './responses.ts';

export interface CampaignOptions {
  /** Runs, the repeated and the instrumented ones included */
  rows: number;
  /** Unsigned 32-bit integer */
  seed: number;
  /** Share of the conditions that are run twice, with fresh noise; default 8 of 157 */
  replicates?: number;
  /** The last so many runs carry forces, roughness and the measured wire length; default 0 */
  instrumented?: number;
  /** Invented: let the wear fade by 0.2 ln-units per 100 runs; default false */
  drift?: boolean;
  /** Invented: share of runs whose sags are off by a factor of e^±1; default 0 */
  outliers?: number;
  /** Invented: share of force cells lost; default 0 */
  missingForces?: number;
}

export interface Run extends Responses {
  id: number;
  condition: Condition;
  instruments: (Omit<Instruments, 'forces'> & { forces: readonly (number | null)[]; wireLength: number }) | null;
  /** 実験日 */
  date: string;
}

const observedReplicates = 8 / 157;
const newWireLength = 75;
const runsPerDay = 60;
const firstDay = Date.UTC(2026, 0, 13);
const dayMilliseconds = 86_400_000;

/** A synthetic campaign of brush deburring runs: conditions, repeats, measurements. Same options, same runs. */
export function simulate(options: CampaignOptions): Run[] {
  const { rows, seed } = options;
  const conditions = drawConditions(rows, seed, options.replicates ?? observedReplicates);
  const firstInstrumented = rows - (options.instrumented ?? 0);
  let wireLength = newWireLength;
  return conditions.map((condition, run) => {
    const responses = measure(condition, seed, run, disturbance(options, run));
    let instruments: Run['instruments'] = null;
    if (run >= firstInstrumented) {
      const { forces, ...rest } = instrument(condition, seed, run);
      instruments = { ...rest, forces: forces.map((force, axis) => (stream(seed, 20 + axis).uniform(run) < (options.missingForces ?? 0) ? null : force)), wireLength: round(wireLength, 2) };
      wireLength -= responses.wear;
    }
    return { id: run + 1, condition, ...responses, instruments, date: dateOf(run) };
  });
}

/** The repeats stand anywhere in the campaign, as they did in the shop. */
function drawConditions(rows: number, seed: number, replicates: number): Condition[] {
  const different = Math.max(1, Math.round(rows / (1 + replicates)));
  const first = Array.from({ length: Math.min(rows, different) }, (_, index) => drawCondition(seed, index));
  const again = Array.from({ length: rows - first.length }, (_, index) => first[Math.floor(stream(seed, 5).uniform(index) * first.length)] as Condition);
  const order = stream(seed, 6);
  return [...first, ...again].map((condition, index) => ({ condition, key: order.uniform(index) })).sort((a, b) => a.key - b.key).map(({ condition }) => condition);
}

function disturbance({ seed, drift, outliers = 0 }: CampaignOptions, run: number): { wearDrift: number; sagShift: number } {
  const chance = stream(seed, 7).uniform(run);
  return { wearDrift: drift ? -0.002 * run : 0, sagShift: chance < outliers ? (chance < outliers / 2 ? -1 : 1) : 0 };
}

function dateOf(run: number): string {
  return `${new Date(firstDay + Math.floor(run / runsPerDay) * dayMilliseconds).toISOString().slice(0, 10)} 00:00:00`;
}
