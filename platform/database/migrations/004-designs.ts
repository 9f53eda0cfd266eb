import type { Knex } from 'knex';

/**
 * Designs of experiments and the tables of results that name them. The id of a design is of its content, so several jobs may
 * have made the same one, and results may come before their design is asked for: the two meet by id within one owner.
 * Both go with their job.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table designs (
      stored_id      bigint generated always as identity primary key,
      job_id         uuid not null references jobs on delete cascade,
      design_id      uuid not null,
      attempt        integer not null,
      owner          text not null,
      dataset_sha256 text not null,
      partial        boolean not null,
      content        jsonb not null check (jsonb_typeof(content -> 'rows') = 'array'),
      created_at     timestamptz not null default now(),
      unique (job_id, design_id)
    );
    create index designs_newest on designs (owner, stored_id desc);
    create index designs_by_id on designs (design_id, stored_id desc);

    create table design_results (
      stored_id      bigint generated always as identity primary key,
      job_id         uuid not null references jobs on delete cascade,
      design_id      uuid not null,
      owner          text not null,
      dataset_sha256 text not null,
      rows           integer not null check (rows >= 1),
      rows_measured  integer not null check (rows_measured between 0 and rows),
      runs           integer[],
      created_at     timestamptz not null default now(),
      unique (job_id, design_id)
    );
    create index design_results_of_design on design_results (design_id, owner, stored_id desc);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table design_results, designs');
}
