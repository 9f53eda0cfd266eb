/** Where the time of a fit in pieces goes, measured on one thread: what any number of threads can make of it. */
export interface Anatomy {
  /** ms between the steps: nobody else can do it */
  serial: number;
  /** the same by gap: before each step, and after the last */
  gaps: readonly number[];
  /** ms of each piece of each step */
  steps: readonly (readonly number[])[];
}

const rounds = 8;

/**
 * Least time of every piece and of every gap in some rounds of the same fit, all on this thread: a piece takes milliseconds, so on a loaded machine, too, most have
 * one round in which nobody else was let in.
 * @param fit drives, and gives the pieces of each step to `run` @param work does one piece
 */
export async function dissect<Piece, Answer>(fit: (run: (pieces: readonly Piece[]) => Promise<Answer[]>) => Promise<unknown>, work: (piece: Piece) => Answer): Promise<Anatomy> {
  const gaps: number[] = [];
  const steps: number[][] = [];
  const least = (list: number[], at: number, value: number): void => {
    list[at] = Math.min(list[at] ?? Infinity, value);
  };
  for (let round = 0; round < rounds; round += 1) {
    let step = 0;
    let since = performance.now();
    await fit((pieces) => {
      least(gaps, step, performance.now() - since);
      const times = (steps[step] ??= []);
      const answers = pieces.map((piece, at) => {
        const before = performance.now();
        const answer = work(piece);
        least(times, at, performance.now() - before);
        return answer;
      });
      step += 1;
      since = performance.now();
      return Promise.resolve(answers);
    });
    least(gaps, step, performance.now() - since);
  }
  return { serial: sum(gaps), gaps, steps };
}

/** ms on so many threads that take the next piece when they are free, hand-over not counted. */
export function criticalPath({ serial, steps }: Anatomy, threads: number): number {
  return serial + sum(steps.map((pieces) => {
    const busy = new Array<number>(threads).fill(0);
    for (const piece of pieces) busy[busy.indexOf(Math.min(...busy))] = Math.min(...busy) + piece;
    return Math.max(...busy);
  }));
}

export const describe = (anatomy: Anatomy): string => {
  const [one, two] = [criticalPath(anatomy, 1), criticalPath(anatomy, 2)];
  return `by pieces on one thread: ${one.toFixed(0)} ms, of which ${anatomy.serial.toFixed(1)} ms (${(100 * anatomy.serial / one).toFixed(1)} %) nobody can share; two threads: ${two.toFixed(0)} ms at best, so ${(one / two).toFixed(2)}× is attainable`;
};

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
