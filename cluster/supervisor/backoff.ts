/** Longest wait between two attempts, seconds. */
const longest = 3600;

/**
 * Wait before the attempt after `attempt`: doubles each time, with up to ±20 % jitter so that jobs that failed together do
 * not come back together. Keyed by the job, hence the same for everyone who computes it.
 */
export function backoffSeconds(baseSeconds: number, attempt: number, jobId: string): number {
  let hash = 2_166_136_261;
  for (const character of `${jobId}:${attempt}`) hash = Math.imul(hash ^ character.charCodeAt(0), 16_777_619) >>> 0;
  const jitter = 0.8 + 0.4 * (hash / 4_294_967_296);
  return Math.min(longest, baseSeconds * 2 ** (attempt - 1)) * jitter;
}
