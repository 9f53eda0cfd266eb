import type { Knex } from 'knex';

/**
 * Further input files of a job beside its table. What is frozen (size, ETag, version) stands in the upload's row, which does
 * not change once it is complete, and cannot be deleted while a job refers to it. Names become file names of a worker.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table job_inputs (
      job_id    uuid not null references jobs on delete cascade,
      name      text not null check (name ~ '^[a-z][a-z0-9_]{0,62}$'),
      upload_id uuid not null references uploads,
      primary key (job_id, name)
    );
    create index job_inputs_by_upload on job_inputs (upload_id);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table job_inputs');
}
