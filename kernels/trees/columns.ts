import type { Kernels } from '../module.ts';

/** Words of Columns in kernels/assembly/trees/columns.ts, in order. */
const WORDS = ['values', 'room', 'lengths', 'missing', 'scratch', 'counts', 'bounds', 'bins', 'out', 'stride'] as const;

export interface ColumnWork {
  pointer: number;
  set(words: Partial<Record<(typeof WORDS)[number], number>>): void;
}

/** Columns of up to `room` doubles, to be sorted or binned by this thread or a crew. `lengths` and `missing` are i32[columns]. */
export function columnWork({ memory, exports }: Kernels, columns: number, room: number): ColumnWork & { values: number; lengths: number; missing: number } {
  const pointer = memory.alloc(exports.treeColumnsBytes());
  const work = { values: memory.alloc(columns * room * 8), lengths: memory.alloc(columns * 4), missing: memory.alloc(columns * 4) };
  const set: ColumnWork['set'] = (words) => {
    const view = memory.int32(pointer, WORDS.length);
    WORDS.forEach((name, at) => { if (words[name] !== undefined) view[at] = words[name]; });
  };
  memory.int32(work.missing, columns).fill(0);
  set({ ...work, room });
  return { pointer, set, ...work };
}
