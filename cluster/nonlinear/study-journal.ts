import { optunaJournal, Study, tpeSampler } from '../tuning/index.ts';
import type { TargetData } from './data.ts';
import type { FamilyStudies } from './nested.ts';
import type { StudyOutcome } from './study-task.ts';

/**
 * Every study of the analysis as one journal that Optuna and optuna-dashboard read: `JournalStorage(JournalFileStorage(path))`. Values of a Gaussian process are what its trials are compared
 * by. What a study was is in its events; nothing is drawn again.
 */
export function studyJournal(targets: readonly { data: TargetData; studies: readonly FamilyStudies[] }[]): string {
  return optunaJournal(targets.flatMap(({ data, studies }) => studies.flatMap(({ family, outer, final, test }) => {
    const name = (side: number | string): string => `${data.target.name}/${family}/${side}`;
    return [...outer.map((study, fold) => replayed(name(fold + 1), study)), replayed(name('all'), final), ...test === null ? [] : [replayed(name('test'), test)]];
  })));
}

function replayed(name: string, { space, events }: StudyOutcome): Study {
  const study = new Study({ name, space, sampler: tpeSampler(), seed: 0 });
  for (const event of events) study.replay(event);
  return study;
}
