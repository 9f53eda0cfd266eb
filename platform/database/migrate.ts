import type { Knex } from 'knex';
import * as jobs from './migrations/001-jobs.ts';
import * as jobInputs from './migrations/002-job-inputs.ts';
import * as predictionSets from './migrations/003-prediction-sets.ts';
import * as designs from './migrations/004-designs.ts';
import * as tenancy from './migrations/005-tenancy.ts';
import * as cpuTime from './migrations/006-cpu-time.ts';

/** Migrations in order. A name, once released, is never changed or reused. */
const migrations: Readonly<Record<string, Knex.Migration>> = { '001-jobs': jobs, '002-job-inputs': jobInputs, '003-prediction-sets': predictionSets, '004-designs': designs, '005-tenancy': tenancy, '006-cpu-time': cpuTime };

class Source implements Knex.MigrationSource<string> {
  async getMigrations(): Promise<string[]> {
    return Object.keys(migrations);
  }

  getMigrationName(name: string): string {
    return name;
  }

  async getMigration(name: string): Promise<Knex.Migration> {
    const migration = migrations[name];
    if (migration === undefined) throw new Error(`no migration ${name}`);
    return migration;
  }
}

/** Serialises migrations of processes that start together (knex's own lock row survives a kill and would have to be freed by hand). */
const migrationLock = 7_305_601;

/** Brings the schema up to date. Safe to run from several processes at once. @returns names of the migrations that ran */
export async function migrate(knex: Knex): Promise<string[]> {
  return knex.transaction(async (trx) => {
    await trx.raw('select pg_advisory_xact_lock(?)', [migrationLock]);
    const [, names] = (await trx.migrate.latest({ migrationSource: new Source(), disableMigrationsListValidation: false })) as [number, string[]];
    return names;
  });
}

/**
 * Makes the role by which API and workers log in when the owner of the tables is somebody else: it may what the owner may, and
 * on RDS logs in by IAM. May be repeated.
 */
export async function ensureAppRole(knex: Knex, role: string): Promise<void> {
  await knex.transaction(async (trx) => {
    await trx.raw('select pg_advisory_xact_lock(?)', [migrationLock]);
    const { rows } = await trx.raw<{ rows: { name: string; exists: boolean; rds: boolean }[] }>(`
      select quote_ident(?) as name, exists (select from pg_roles where rolname = ?) as exists, exists (select from pg_roles where rolname = 'rds_iam') as rds`, [role, role]);
    const [{ name = '', exists = false, rds = false } = {}] = rows;
    if (!exists) await trx.raw(`create role ${name} login`);
    const owner = await trx.raw<{ rows: { name: string }[] }>('select quote_ident(current_user) as name');
    await trx.raw(`grant ${owner.rows[0]?.name ?? ''} to ${name}`);
    if (rds) await trx.raw(`grant rds_iam to ${name}`);
  });
}

/** @returns names of migrations that have run, in order */
export async function appliedMigrations(knex: Knex): Promise<string[]> {
  const [done] = (await knex.migrate.list({ migrationSource: new Source() })) as [({ name: string } | string)[], unknown[]];
  return done.map((item) => (typeof item === 'string' ? item : item.name));
}

/** @returns names of migrations that have not run */
export async function pendingMigrations(knex: Knex): Promise<string[]> {
  const [, pending] = (await knex.migrate.list({ migrationSource: new Source() })) as [unknown[], ({ name: string } | string)[]];
  return pending.map((item) => (typeof item === 'string' ? item : item.name));
}
