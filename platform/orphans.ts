import type { Platform } from './platform.ts';

export interface OrphanReport {
  seen: number;
  removed: number;
  bytes: number;
}

/** Nothing younger is touched: its row may be on the way. */
const youngest = 24 * 3_600_000;
/** Only one process sweeps. */
const orphanLock = 7_305_604;

const uploadKey = /^inputs\/([0-9a-f-]{36})\//;
const resultKey = /^(outputs\/([0-9a-f-]{36})\/\d+\/)/;

interface Listed {
  key: string;
  size: number;
  modifiedMs: number;
}

/**
 * Deletes objects that no row speaks of: of deleted jobs and uploads whose deletion failed, and of attempts that came to nothing
 * while a later one completed the job. Keys that we did not make are left alone. @returns null when another process is at it
 */
export async function sweepOrphans(platform: Platform, olderThanMs = youngest): Promise<OrphanReport | null> {
  const { knex, storage, config } = platform;
  return knex.transaction(async (trx) => {
    const { rows: [lock] } = await trx.raw<{ rows: { held: boolean }[] }>('select pg_try_advisory_xact_lock(?) as held', [orphanLock]);
    if (lock?.held !== true) return null;
    await trx.raw('set local idle_in_transaction_session_timeout = 0');
    const report: OrphanReport = { seen: 0, removed: 0, bytes: 0 };
    const before = Date.now() - olderThanMs;
    for (const { bucket, prefix, keep } of [{ bucket: config.S3_INPUTS_BUCKET, prefix: 'inputs/', keep: keptUploads }, { bucket: config.S3_OUTPUTS_BUCKET, prefix: 'outputs/', keep: keptResults }]) {
      for await (const page of storage.list(bucket, prefix)) {
        report.seen += page.length;
        const old = page.filter((object) => object.modifiedMs < before);
        const kept = await keep(knex, old);
        const orphans = old.filter((object) => !kept(object.key));
        await storage.deleteObjects(bucket, orphans.map((object) => object.key));
        report.removed += orphans.length;
        report.bytes += orphans.reduce((sum, object) => sum + object.size, 0);
      }
    }
    return report;
  });
}

type Keep = (knex: Platform['knex'], objects: readonly Listed[]) => Promise<(key: string) => boolean>;

const keptUploads: Keep = async (knex, objects) => {
  const ids = [...new Set(objects.flatMap(({ key }) => uploadKey.exec(key)?.[1] ?? []))];
  const { rows } = await knex.raw<{ rows: { upload_id: string }[] }>('select upload_id from uploads where upload_id = any(?::uuid[])', [ids]);
  const known = new Set(rows.map((row) => row.upload_id));
  return (key) => {
    const id = uploadKey.exec(key)?.[1];
    return id === undefined || known.has(id);
  };
};

const keptResults: Keep = async (knex, objects) => {
  const ids = [...new Set(objects.flatMap(({ key }) => resultKey.exec(key)?.[2] ?? []))];
  const { rows } = await knex.raw<{ rows: { job_id: string; finished: boolean; output_prefix: string | null }[] }>('select job_id, finished_at is not null as finished, output_prefix from jobs where job_id = any(?::uuid[])', [ids]);
  const jobs = new Map(rows.map((row) => [row.job_id, row]));
  return (key) => {
    const [, prefix, id = ''] = resultKey.exec(key) ?? [];
    if (prefix === undefined) return true;
    const job = jobs.get(id);
    return job !== undefined && (!job.finished || job.output_prefix === prefix);
  };
};
