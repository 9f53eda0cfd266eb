import type { Knex } from 'knex';

/** CPU time of the attempt that completed a job, all threads, ms. Unknown of jobs before this release. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table jobs add column cpu_ms double precision check (cpu_ms >= 0)');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table jobs drop column cpu_ms');
}
