import { makeVector, tableToIPC, Table } from 'apache-arrow';
import { Piscina } from 'piscina';
import { uniform } from '../../generators/counter.ts';
import { contest, inProcess, type Case, type Entrant, type Suite } from '../../harness/index.ts';

const values = { full: 5_000_000, quick: 100_000 };

/** One thread, so that every way of sending waits for the same one. */
function openPool(): Piscina {
  return new Piscina({ filename: new URL('./worker.ts', import.meta.url).href, minThreads: 1, maxThreads: 1, idleTimeout: Infinity });
}

const roundTrip: Case = {
  name: 'round-trip',
  about: 'an empty task to a warm thread and back: what a piece of work must be worth',
  async run(setting) {
    const pool = openPool();
    try {
      return await contest(setting, {
        ours: async () => inProcess('piscina', process.version, () => pool.run(null) as Promise<number>, (total) => ({ total })), peers: [], tolerances: {},
      });
    } finally {
      await pool.destroy();
    }
  },
};

const columns: Case = {
  name: 'column-40mb',
  about: `${(values.full / 1e6).toFixed(0)} million doubles to a thread that adds them up: shared memory (ours) beside copying`,
  async run(setting) {
    const count = setting.quick ? values.quick : values.full;
    const shared = new Float64Array(new SharedArrayBuffer(8 * count));
    for (let i = 0; i < count; i += 1) shared[i] = uniform(901, i);
    const own = Float64Array.from(shared);
    const pool = openPool();
    const way = (name: string, send: () => Promise<number>): Entrant => async () => inProcess(name, process.version, send, (total) => ({ total }));
    const run = (input: unknown, transferList?: ArrayBuffer[]): Promise<number> => pool.run(input, { transferList }) as Promise<number>;
    try {
      return await contest(setting, {
        ours: way('shared memory', () => run(shared)),
        peers: [
          way('structured clone', () => run(own)),
          way('copy and transfer', () => {
            const copy = own.slice();
            return run(copy, [copy.buffer]);
          }),
          way('Arrow IPC, transferred', () => {
            const ipc = Uint8Array.from(tableToIPC(new Table({ x: makeVector(own) })));
            return run({ ipc }, [ipc.buffer]);
          }),
        ],
        tolerances: { total: 0 },
        floor: { seconds: 8 * count / setting.machine.bytes, of: 'the values read once from memory' },
      });
    } finally {
      await pool.destroy();
    }
  },
};

export const pool: Suite = { name: 'pool', about: 'what it costs to hand work and data to a thread', cases: [roundTrip, columns] };
