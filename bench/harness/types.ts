import type { Machine } from './machine.ts';

/** What a case may rely on. */
export interface Setting {
  /** threads a contestant may use; linear algebra libraries are held to it */
  threads: number;
  /** smaller inputs and fewer rounds: shows that everything runs, not how fast */
  quick: boolean;
  machine: Machine;
  /** generated inputs, kept from run to run */
  cache: string;
  /** told to the person who waits */
  log(text: string): void;
}

export interface Timing {
  /** seconds per call */
  wall_s: number;
  /** user + system of the whole process, seconds per call */
  cpu_s: number;
}

/** What a contestant computed, by name. A peer gives only what it knows. */
export type Answers = Readonly<Record<string, number | readonly number[]>>;

/** An implementation that stands ready with its input in memory. */
export interface Contestant {
  name: string;
  version: string;
  /** Does the work `times` times. */
  run(times: number): Promise<Timing>;
  answers(): Promise<Answers>;
  close(): Promise<void>;
}

/** A peer that is not installed here, and what is missing. */
export interface Absent {
  name: string;
  absent: string;
}

export type Entrant = () => Promise<Contestant | Absent>;

/** The least time that the work can take on this machine. */
export interface Floor {
  seconds: number;
  /** what was counted */
  of: string;
}

/** One comparison: ours beside one peer, or ours alone. */
export interface Comparison {
  ours_s: number;
  ours_cpu_s: number | null;
  peer: string | null;
  peer_version: string | null;
  peer_s: number | null;
  peer_cpu_s: number | null;
  /** why there is no figure of the peer */
  absent: string | null;
  /** the answers agree within the case's tolerances; null when there is nothing to compare */
  agrees: boolean | null;
  rounds: number;
  floor: Floor | null;
  quality: Readonly<Record<string, number | string | boolean>>;
}

export interface CaseResult {
  comparisons: Comparison[];
  /** each one makes the run fail */
  failures: string[];
  /** lines for a person, below the table */
  details: string[];
}

export interface Case {
  name: string;
  /** the workload in one line */
  about: string;
  run(setting: Setting): Promise<CaseResult>;
}

export interface Suite {
  name: string;
  about: string;
  cases: readonly Case[];
}
