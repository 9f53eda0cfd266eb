import type { Knex } from 'knex';
import type { ProblemDetail } from '../../schemas/index.ts';

/**
 * Keeps a dead letter and ends its job if that is still waiting. A job that runs or is finished is left alone: its message
 * died because it was delivered too often, not because the job went wrong.
 */
export async function buryLetter(knex: Knex, letter: { messageId: string; body: string; jobId: string | null }, error: ProblemDetail): Promise<{ failedJob: boolean }> {
  return knex.transaction(async (trx) => {
    await trx('dead_letters').insert({ message_id: letter.messageId, body: letter.body.slice(0, 10_000), job_id: letter.jobId }).onConflict('message_id').ignore();
    if (letter.jobId === null) return { failedJob: false };
    const changed = await trx('jobs').where({ job_id: letter.jobId }).whereIn('state', ['queued', 'retrying'])
      .update({ state: 'failed', stage: 'failed', stage_values: '{}', error: JSON.stringify(error), finished_at: trx.fn.now() });
    return { failedJob: changed > 0 };
  });
}
