import type { Floor } from '../../harness/index.ts';
import type { Platform } from '../../../platform/index.ts';

const samples = 40;
const body = Buffer.alloc(4096, 'x');

/**
 * The steps of a job that cannot be left out or put beside each other: commits of submit, claim, publish and complete; one
 * object read, result and manifest written; one message sent and received. Each step alone, on idle services.
 */
export async function measureFloor(platform: Platform): Promise<Floor> {
  const { knex, storage, queue, config } = platform;
  const place = (key: string) => ({ bucket: config.S3_OUTPUTS_BUCKET, key: `bench/${key}` });
  await knex.raw('create table bench_commits (id int)');
  const commit = await median(() => knex.raw('insert into bench_commits values (1)'));
  await knex.raw('drop table bench_commits');
  const put = await median((i) => storage.uploadBytes(place(`put-${i}`), body, 'application/octet-stream'));
  const get = await median((i) => storage.head(place(`put-${i}`)));
  const message = await median(async () => {
    await queue.sendRaw('bench');
    const [received] = await queue.receive({ max: 1, waitSeconds: 1 });
    if (received === undefined) throw new Error('a message was sent and not received');
    await queue.delete(received.receipt);
  });
  await storage.deletePrefix(config.S3_OUTPUTS_BUCKET, 'bench/');
  const show = (seconds: number): string => `${(seconds * 1000).toFixed(1)} ms`;
  return {
    seconds: 4 * commit + get + 2 * put + message,
    of: `4 commits (${show(commit)} each), an object found (${show(get)}), 2 written (${show(put)} each), a message sent, received and deleted (${show(message)})`,
  };
}

async function median(step: (index: number) => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index < samples; index += 1) {
    const started = performance.now();
    await step(index);
    times.push((performance.now() - started) / 1000);
  }
  return quantile(times, 0.5);
}

/** Nearest rank. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new Error('a quantile of nothing');
  return value;
}
