import { isBetter } from './start.ts';
import type { SearchBlock } from './start.ts';

export interface StopRule {
  /** starts at most */
  starts: number;
  /** end early once the best has been met so often … */
  hits?: number;
  /** … and the last starts, at least so many, brought nothing better */
  patience?: number;
}

/** Scores within this of the best are the same design, up to symmetry and the tolerance of a continuous setting. */
const sameDesign = 1e-6;
/** … and five times as many as it took to meet the best. */
const patienceFactor = 5;

/** What is known after the starts 0 … done − 1. */
export interface SearchState {
  done: number;
  /** start that found the best, and its score and rows */
  best: number;
  score: number;
  cells: Float64Array;
  /** starts that reached the best, and the first of them */
  hits: number;
  firstHit: number;
  hitRate: number;
  stop: 'starts' | 'plateau' | null;
}

/**
 * Puts blocks together in the order of their starts, whatever order they arrive in, and decides when to stop. Because the size of blocks is part
 * of the plan and the rule looks at whole blocks in order, the outcome is the same for any number of threads; blocks beyond the stop are dropped.
 */
export class SearchLedger {
  readonly #rule: Required<StopRule>;
  readonly #blockSize: number;
  readonly #early = new Map<number, SearchBlock>();
  #scores: number[] = [];
  #state: SearchState = { done: 0, best: -1, score: -Infinity, cells: new Float64Array(0), hits: 0, firstHit: -1, hitRate: 0, stop: null };
  #next = 0;

  constructor(rule: StopRule, blockSize: number) {
    this.#rule = { hits: 3, patience: 50, ...rule };
    this.#blockSize = blockSize;
  }

  get state(): SearchState {
    return this.#state;
  }

  /** The next block to compute, or null when enough were given out. */
  next(): { from: number; to: number } | null {
    if (this.#state.stop !== null || this.#next >= this.#rule.starts) return null;
    const from = this.#next;
    this.#next = Math.min(this.#rule.starts, from + this.#blockSize);
    return { from, to: this.#next };
  }

  /** Takes a finished block. @returns the state, changed or not */
  add(block: SearchBlock): SearchState {
    this.#early.set(block.from, block);
    for (let ready = this.#early.get(this.#state.done); ready !== undefined && this.#state.stop === null; ready = this.#early.get(this.#state.done)) {
      this.#early.delete(ready.from);
      this.#append(ready);
    }
    return this.#state;
  }

  #append(block: SearchBlock): void {
    this.#scores.push(...block.scores);
    const score = block.scores[block.best - block.from] as number;
    const before = this.#state;
    const best = before.best < 0 || isBetter(score, before.score) ? { best: block.best, score, cells: block.cells } : before;
    const reached = (value: number): boolean => value > -Infinity && value >= best.score - sameDesign;
    const hits = this.#scores.filter(reached).length;
    const firstHit = this.#scores.findIndex(reached);
    const patience = Math.max(this.#rule.patience, patienceFactor * (firstHit + 1));
    const stop = hits >= this.#rule.hits && block.to - (firstHit + 1) >= patience ? 'plateau' : block.to >= this.#rule.starts ? 'starts' : null;
    this.#state = { best: best.best, score: best.score, cells: best.cells, done: block.to, hits, firstHit, hitRate: hits / block.to, stop };
  }
}
