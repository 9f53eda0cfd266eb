import { Command } from 'commander';
import { Fault, jobStates, jobTypes, languages, roles, scopes, type JobState, type JobType, type Role, type Scope } from '../schemas/index.ts';
import type { PredictionsOptions } from './commands/predictions.ts';
import type { ServerOptions } from './commands/status.ts';
import type { TenantsOptions } from './commands/tenants.ts';
import { defaultDirectory } from './connect.ts';
import type { Context } from './context.ts';
import { translateHelp } from './help.ts';
import { choice, collect, decimal, integer } from './usage.ts';

const mostJobs = 64;
const mostThreads = 256;
const mostListed = 10_000;
const mostDays = 3650;

/** The commands. Each loads what it needs when it is called; `done` takes its exit code. */
export function createProgram(context: Context, version: string, done: (exitCode: number) => void): Command {
  const { speech } = context;
  const say = (code: string): string => speech.say(code);
  const program = new Command('zerosec').exitOverride().showSuggestionAfterError(false).configureOutput({ outputError: () => undefined });
  translateHelp(program, speech);
  program
    .description(say('help_program'))
    .version(version, '-V, --version', say('help_version'))
    .option('--json', say('option_json'))
    .option('--lang <language>', say('option_lang'), choice('--lang', languages));

  program.command('start').description(say('help_start'))
    .option('--directory <dir>', say('option_directory'), defaultDirectory)
    .option('--host <address>', say('option_host'), '127.0.0.1')
    .option('--port <port>', say('option_port'), integer('--port', 0, 65_535), 8000)
    .option('--workers <n>', say('option_workers'), integer('--workers', 1, mostJobs), 1)
    .option('--threads <n>', say('option_threads'), integer('--threads', 0, mostThreads), 0)
    .option('--demo', say('option_demo')).option('--no-demo', say('option_no_demo'))
    .option('--logs', say('option_logs'), false)
    .action(async (options: { directory: string; host: string; port: number; workers: number; threads: number; demo?: boolean; logs: boolean }, command: Command) => {
      const { start } = await import('./commands/start.ts');
      done(await start(context, { ...options, portExplicit: command.getOptionValueSource('port') === 'cli' }));
    });

  const job = (command: Command): Command => command
    .option('--parameters <file>', say('option_parameters'))
    .option('--set <name=value>', say('option_set'), collect, [])
    .option('--input <name=file>', say('option_input'), collect, []);
  const server = (command: Command): Command => command
    .option('--api <url>', say('option_api'))
    .option('--token <token>', say('option_token'))
    .option('--directory <dir>', say('option_directory'), defaultDirectory);

  server(job(program.command('run').description(say('help_run')).argument('<job_type>', say('argument_job_type')).argument('<file>', say('argument_file'))))
    .option('--out <dir>', say('option_out'))
    .action(async (jobType: string, file: string, options: JobOptions & ServerOptions & { out?: string }) => {
      const out = given(options.out, '--out <dir>');
      const { run } = await import('./commands/run.ts');
      done(await run(context, jobType, file, { ...options, out }));
    });

  server(job(program.command('submit').description(say('help_submit')).argument('<job_type>', say('argument_job_type')).argument('<file>', say('argument_file'))))
    .option('--key <key>', say('option_key'))
    .action(async (jobType: string, file: string, options: JobOptions & ServerOptions & { key?: string }) => {
      const { submit } = await import('./commands/submit.ts');
      done(await submit(context, jobType, file, options));
    });

  const ofJob = (name: string, load: () => Promise<(context: Context, jobId: string, options: ServerOptions) => Promise<number>>): void => {
    server(program.command(name).description(say(`help_${name}`)).argument('<job>', say('argument_job')))
      .action(async (jobId: string, options: ServerOptions) => done(await (await load())(context, jobId, options)));
  };
  ofJob('status', async () => (await import('./commands/status.ts')).status);
  server(program.command('list').description(say('help_list')))
    .option('--state <state>', say('option_state'), choice('--state', jobStates))
    .option('--type <job_type>', say('option_type'), choice('--type', jobTypes))
    .option('--limit <n>', say('option_limit'), integer('--limit', 1, mostListed), 20)
    .action(async (options: ServerOptions & { state?: JobState; type?: JobType; limit: number }) => done(await (await import('./commands/list.ts')).list(context, options)));
  server(program.command('designs').description(say('help_designs')).argument('[design]', say('argument_design')))
    .option('--job <job>', say('option_of_job'))
    .option('--limit <n>', say('option_limit'), integer('--limit', 1, mostListed), 20)
    .action(async (designId: string | undefined, options: ServerOptions & { job?: string; limit: number }) => done(await (await import('./commands/designs.ts')).designs(context, designId, options)));
  ofJob('events', async () => (await import('./commands/events.ts')).events);
  ofJob('log', async () => (await import('./commands/log.ts')).log);
  ofJob('cancel', async () => (await import('./commands/change.ts')).cancel);
  ofJob('retry', async () => (await import('./commands/change.ts')).retry);
  ofJob('delete', async () => (await import('./commands/change.ts')).remove);
  server(program.command('download').description(say('help_download')).argument('[job]', say('argument_job')))
    .option('--out <dir>', say('option_out'))
    .action(async (jobId: string | undefined, options: ServerOptions & { out?: string }) => {
      const out = given(options.out, '--out <dir>');
      const { download } = await import('./commands/download.ts');
      done(await download(context, jobId, { ...options, out }));
    });

  server(program.command('predictions').description(say('help_predictions')).argument('<job>', say('argument_job')))
    .option('--target <column>', say('option_target'))
    .option('--extrapolated <true|false>', say('option_extrapolated'), choice('--extrapolated', ['true', 'false']))
    .option('--min <value>', say('option_min'), decimal('--min'))
    .option('--max <value>', say('option_max'), decimal('--max'))
    .option('--out <file>', say('option_export'))
    .action(async (jobId: string, options: PredictionsOptions) => done(await (await import('./commands/predictions.ts')).predictions(context, jobId, options)));

  server(program.command('keys').description(say('help_keys')).argument('<action>', say('argument_keys_action'), choice('keys', ['list', 'create', 'revoke'])).argument('[target]', say('argument_keys_target')))
    .option('--role <role>', say('option_role'), choice('--role', roles), 'analyst')
    .option('--scope <part>', say('option_scope'), (part: string, before: readonly Scope[]) => [...before, choice('--scope', scopes)(part)], [])
    .option('--days <n>', say('option_days'), integer('--days', 0, mostDays), 90)
    .action(async (action: 'list' | 'create' | 'revoke', target: string | undefined, options: ServerOptions & { role: Role; scope: Scope[]; days: number }) => done(await (await import('./commands/keys.ts')).keys(context, action, target, options)));
  program.command('tenants').description(say('help_tenants')).argument('<action>', say('argument_tenants_action'), choice('tenants', ['list', 'put'])).argument('[tenant]', say('argument_tenant'))
    .option('--name <name>', say('option_tenant_name'))
    .option('--jobs <n>', say('option_tenant_jobs'), integer('--jobs', 0, 10_000_000))
    .option('--storage <mb>', say('option_tenant_storage'), integer('--storage', 0, 1_000_000_000))
    .option('--weight <share>', say('option_tenant_weight'), decimal('--weight'))
    .option('--admin-key <name>', say('option_admin_key'))
    .action(async (action: 'list' | 'put', tenant: string | undefined, options: TenantsOptions) => done(await (await import('./commands/tenants.ts')).tenants(context, action, tenant, options)));

  program.command('worker').description(say('help_worker')).action(async () => done(await (await import('./commands/service.ts')).service('worker')));
  program.command('api').description(say('help_api')).action(async () => done(await (await import('./commands/service.ts')).service('api')));
  program.command('migrate').description(say('help_migrate')).action(async () => done(await (await import('./commands/migrate.ts')).migrate(context)));
  program.command('backup').description(say('help_backup')).argument('<dir>', say('argument_backup')).option('--check', say('option_check'), false)
    .action(async (folder: string, options: { check: boolean }) => done(await (await import('./commands/backup.ts')).backup(context, folder, options)));
  program.command('restore').description(say('help_restore')).argument('<dir>', say('argument_backup'))
    .action(async (folder: string) => done(await (await import('./commands/backup.ts')).restore(context, folder)));
  program.command('config').description(say('help_config')).action(async () => done(await (await import('./commands/config.ts')).config(context, process.env)));
  return program;
}

interface JobOptions {
  parameters?: string;
  set: string[];
  input: string[];
}

/** Asked for after the rest has been read: a misspelt option is told as such rather than as a missing one. */
function given(value: string | undefined, option: string): string {
  if (value === undefined) throw new Fault('missing_option', `${option} is missing`, { values: { option } });
  return value;
}
