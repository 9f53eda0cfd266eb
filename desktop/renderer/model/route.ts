export const jobPages = ['summary', 'charts', 'predictions', 'pareto', 'files', 'provenance'] as const;
export type JobPage = (typeof jobPages)[number];

/** Every screen there is; its address is kept in the hash, so that reload, back and a link lead to the same place. */
export type Screen =
  | { name: 'home' | 'file' | 'filter' | 'history' | 'system' | 'connection' | 'unknown' }
  | { name: 'job'; jobId: string; page: JobPage }
  | { name: 'compare'; first: string; second: string };

const plain = ['home', 'file', 'filter', 'history', 'system', 'connection'] as const;
const id = '([0-9a-f-]{36})';

export function screenOf(hash: string): Screen {
  const path = hash.replace(/^#?\/?/, '');
  if (path === '') return { name: 'home' };
  const simple = plain.find((name) => name === path);
  if (simple !== undefined) return { name: simple };
  const job = new RegExp(`^jobs/${id}(?:/(\\w+))?$`).exec(path);
  if (job !== null) {
    const page = jobPages.find((name) => name === (job[2] ?? 'summary'));
    return page === undefined ? { name: 'unknown' } : { name: 'job', jobId: job[1] ?? '', page };
  }
  const compare = new RegExp(`^compare/${id}/${id}$`).exec(path);
  return compare === null ? { name: 'unknown' } : { name: 'compare', first: compare[1] ?? '', second: compare[2] ?? '' };
}

export function hashOf(screen: Screen): string {
  if (screen.name === 'job') return `#/jobs/${screen.jobId}${screen.page === 'summary' ? '' : `/${screen.page}`}`;
  if (screen.name === 'compare') return `#/compare/${screen.first}/${screen.second}`;
  return screen.name === 'home' || screen.name === 'unknown' ? '#/' : `#/${screen.name}`;
}
