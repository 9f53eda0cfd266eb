import type { Knex } from 'knex';

/**
 * Stored predictions: one row per job, the predictions themselves in an Arrow file among its artifacts. A million rows stay
 * one row here; `layout` says which record batches a filter can pass over. Goes with its job.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table prediction_sets (
      job_id         uuid primary key references jobs on delete cascade,
      attempt        integer not null,
      owner          text not null,
      file_key       text not null,
      dataset_sha256 text not null,
      input_sha256   text not null check (input_sha256 ~ '^[0-9a-f]{64}$'),
      rows           bigint not null check (rows >= 0),
      layout         jsonb not null check (jsonb_typeof(layout) = 'object'),
      created_at     timestamptz not null default now(),
      foreign key (job_id, file_key) references job_artifacts (job_id, file_key)
    );
    create index prediction_sets_newest on prediction_sets (owner, created_at desc, job_id desc);
    create index prediction_sets_by_input on prediction_sets (input_sha256);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table prediction_sets');
}
