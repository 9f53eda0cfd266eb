import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import type { Config } from '../platform/index.ts';
import { Fault } from '../schemas/index.ts';

export interface RateLimit {
  /** @throws Fault `rate_limited` with the seconds to wait */
  take(owner: string): Promise<void>;
}

/** A budget per owner and minute, in this process: with N processes behind a balancer it is N times as large. */
export function createRateLimit(config: Pick<Config, 'RATE_LIMIT_ENABLED' | 'RATE_LIMIT_PER_MINUTE'>): RateLimit {
  if (!config.RATE_LIMIT_ENABLED) return { take: async () => undefined };
  const limiter = new RateLimiterMemory({ points: config.RATE_LIMIT_PER_MINUTE, duration: 60 });
  return {
    async take(owner) {
      await limiter.consume(owner).catch((refused: RateLimiterRes | Error) => {
        if (refused instanceof Error) throw refused;
        const seconds = Math.max(1, Math.ceil(refused.msBeforeNext / 1000));
        throw new Fault('rate_limited', `${owner} asked more than ${config.RATE_LIMIT_PER_MINUTE} times in a minute`, { values: { seconds } });
      });
    },
  };
}
