import { KernelError } from '../errors.ts';
import type { Kernels } from '../module.ts';
import type { Grower } from './grow-state.ts';

/** What a helping thread needs to know: plain, send it there. Its kernels must be on the memory of the crew's. */
export interface CrewInvitation {
  pointer: number;
  helper: number;
}

/** Threads that help one thread grow large trees. The model has the same bytes with any number of them. */
export interface Crew {
  readonly pointer: number;
  readonly helpers: number;
  /** One per helping thread. */
  readonly invitations: readonly CrewInvitation[];
  /** Lets the helpers go; call it once they are no longer needed, or their threads never return. */
  dismiss(): void;
}

/** Byte offsets of Crew in kernels/assembly/trees/crew.ts: four lines of 64 bytes, then words. */
const TICKET = 0;
const GATE = 64;
const STOP = 256;
const HELPERS = 260;
const SCRATCH = 288;
const SCRATCH_BYTES = 292;
const PENDING = 304;
const CLOSED = -0x40000000;
const HEADER = 64;
const QUANTISED_BYTES = 512 * 8;

/** A crew in kernel memory for `helpers` other threads, which join by `joinCrew`; it lives until the caller releases its mark. */
export function createCrew({ memory, exports }: Kernels, helpers: number): Crew {
  if (!Number.isSafeInteger(helpers) || helpers < 1 || helpers > 255) throw new KernelError('kernel_domain', `helpers = ${helpers} must be 1 to 255`, { name: 'helpers', value: helpers });
  const bytes = exports.treeCrewBytes();
  const pointer = memory.alloc(bytes);
  memory.uint8(pointer, bytes).fill(0);
  const words = memory.int32(pointer, bytes / 4);
  words[GATE / 4] = CLOSED;
  words[HELPERS / 4] = helpers;
  return {
    pointer, helpers, invitations: Array.from({ length: helpers }, (_, helper) => ({ pointer, helper })),
    dismiss() {
      Atomics.store(words, STOP / 4, 1);
      Atomics.add(words, TICKET / 4, 1);
      Atomics.notify(words, TICKET / 4);
    },
  };
}

/** Helps the crew's thread and blocks this one until the crew is dismissed. */
export function joinCrew({ exports }: Kernels, { pointer, helper }: CrewInvitation): void {
  exports.treeHelp(pointer, helper);
}

/** Gives the grower its crew, and the crew scratch for the grower's histograms. */
export function hireCrew({ memory, exports }: Kernels, grower: Grower, crew: Crew): void {
  const bytes = Math.ceil((HEADER + QUANTISED_BYTES + grower.get('slotBytes')) / 64) * 64;
  const words = memory.int32(crew.pointer, PENDING / 4 + 1);
  words[SCRATCH / 4] = memory.alloc(bytes * crew.helpers);
  words[SCRATCH_BYTES / 4] = bytes;
  words[PENDING / 4] = memory.alloc(2 * grower.capacity * exports.treeNodeBytes());
  grower.set({ crew: crew.pointer });
}
