import { Fault } from '../../schemas/index.ts';
import type { SearchSpace } from './space.ts';
import type { Study, StudyEvent } from './study.ts';
import type { Direction } from './trial.ts';

/** First line of a journal: what the study is. A journal of another study is not continued. */
export interface JournalHead {
  readonly study: string;
  readonly version: 1;
  readonly seed: number;
  readonly directions: readonly Direction[];
  readonly space: SearchSpace;
  readonly sampler: string;
  readonly pruner: string;
  /** hash of data and settings on which the values depend */
  readonly fingerprint: string;
}

export const headLine = (head: JournalHead): string => `${JSON.stringify(head)}\n`;

/** One line of JSON for each event. JSON writes a double with the shortest digits that give it back; what JSON cannot say (NaN, ±∞) is a word. */
export function eventLine(event: StudyEvent): string {
  return `${JSON.stringify(event, (_, value: unknown) => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value))}\n`;
}

/** Reads whole lines; a last line that a crash cut off is dropped and said by `complete` (bytes that may stay). Throws tuning_journal with the line. */
export function readJournal(text: string): { head: JournalHead | undefined; events: StudyEvent[]; complete: number } {
  const complete = text.lastIndexOf('\n') + 1;
  const lines = text.slice(0, complete).split('\n').slice(0, -1);
  const parsed = lines.map((line, i): unknown => {
    try {
      return JSON.parse(line);
    } catch {
      throw new Fault('tuning_journal', `line ${i + 1} of the study's journal cannot be read`, { where: { row: i + 1 } });
    }
  });
  return { head: parsed[0] as JournalHead | undefined, events: parsed.slice(1).map((event) => numbersOf(event as StudyEvent)), complete };
}

function numbersOf(event: StudyEvent): StudyEvent {
  if (event.op === 'report') return { ...event, value: Number(event.value) };
  if (event.op === 'tell') return { ...event, values: event.values.map(Number) };
  return event;
}

/**
 * Brings a study back to where its journal ends. Trials that were running go on: they come back open, with the reports they had, and their owner
 * finishes them. Throws tuning_journal_other if the journal belongs to another study.
 */
export function resumeStudy(study: Study, head: JournalHead, journal: ReturnType<typeof readJournal>): void {
  if (journal.head === undefined) return;
  if (JSON.stringify(journal.head) !== JSON.stringify(head)) throw new Fault('tuning_journal_other', `the journal is one of study ${journal.head.study} with other data or settings`, { values: { study: journal.head.study } });
  for (const event of journal.events) study.replay(event);
}
