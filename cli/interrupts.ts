/** Ctrl-C reaches us twice when a parent passes on what the terminal sent to the whole group: so close together it is one. */
const oneInterruptMs = 300;

/**
 * Calls `handler(1)` on the first SIGINT, SIGTERM, SIGHUP, or end of the process that started us with a channel, `handler(2)` on the next.
 * @returns a function that stops watching
 */
export function onInterrupt(handler: (count: number) => void): () => void {
  let count = 0;
  let last = -Infinity;
  const interrupt = (): void => {
    const now = performance.now();
    if (now - last < oneInterruptMs) return;
    last = now;
    count += 1;
    handler(count);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, interrupt);
  process.on('disconnect', interrupt);
  return () => {
    for (const signal of signals) process.off(signal, interrupt);
    process.off('disconnect', interrupt);
  };
}
