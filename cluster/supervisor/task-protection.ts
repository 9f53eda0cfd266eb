import type { Logger } from '../../platform/index.ts';

/** Protection is asked for this long and renewed at half of it, minutes. */
const protectedMinutes = 20;

/**
 * Keeps ECS from stopping a task (scale-in, deployment) while it runs jobs. Does nothing outside ECS. Spot interruptions
 * are not covered: they come as SIGTERM.
 */
export class TaskProtection {
  readonly #agent: string | null;
  readonly #log: Logger;
  #running = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(agentUri: string | null, log: Logger) {
    this.#agent = agentUri;
    this.#log = log;
  }

  acquire(): void {
    this.#running += 1;
    if (this.#agent === null || this.#running > 1) return;
    void this.#put(true);
    this.#timer = setInterval(() => void this.#put(true), protectedMinutes * 30_000);
  }

  release(): void {
    this.#running -= 1;
    if (this.#agent === null || this.#running > 0) return;
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
    void this.#put(false);
  }

  async #put(enabled: boolean): Promise<void> {
    try {
      const response = await fetch(`${this.#agent}/task-protection/v1/state`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ProtectionEnabled: enabled, ...(enabled ? { ExpiresInMinutes: protectedMinutes } : {}) }),
        signal: AbortSignal.timeout(5_000),
      });
      if (!response.ok) this.#log.warn({ status: response.status, enabled }, 'task protection was refused');
    } catch (error) {
      this.#log.warn({ err: error, enabled }, 'task protection could not be set');
    }
  }
}
