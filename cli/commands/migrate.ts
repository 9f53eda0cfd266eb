import { ensureAppRole, isDatabaseUnavailable, migrate as migrateDatabase, openPlatform, readConfig } from '../../platform/index.ts';
import { Fault } from '../../schemas/index.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit.ts';

/** Classes of SQLSTATE that say that the configuration does not fit: authorization, unknown database, privilege. */
const refusals = /^(28|3D|42501)/;

/** `zerosec migrate`: brings the configured database up to date; safe to run from several places at once. */
export async function migrate(context: Context): Promise<number> {
  const platform = openPlatform(readConfig(process.env));
  try {
    const names = await migrateDatabase(platform.knex);
    if (platform.config.RDS_APP_ROLE !== null) await ensureAppRole(platform.knex, platform.config.RDS_APP_ROLE);
    context.print(names.length === 0 ? context.speech.say('migrated_none') : context.speech.say('migrated', { names }));
    context.emit({ type: 'migrated', names });
    return exitCodes.completed;
  } catch (error) {
    throw databaseFault(error);
  } finally {
    await platform.close();
  }
}

/** What a configuration that does not fit its database means. */
export function databaseFault(error: unknown): unknown {
  if (isDatabaseUnavailable(error)) return new Fault('database_unavailable', 'the database cannot be reached', { class: 'transient', cause: error });
  const { code, message } = error as { code?: unknown; message?: unknown };
  return typeof code === 'string' && refusals.test(code) ? new Fault('database_refused', `the database refuses: ${String(message)}`, { values: { reason: String(message) }, cause: error }) : error;
}
