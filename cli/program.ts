import { Command } from 'commander';
import { languages } from '../schemas/index.ts';
import { defaultDirectory } from './connect.ts';
import type { Context } from './context.ts';
import { translateHelp } from './help.ts';
import { choice, collect, integer } from './usage.ts';

const mostJobs = 64;
const mostThreads = 256;

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

  program.command('run').description(say('help_run'))
    .argument('<job_type>', say('argument_job_type')).argument('<file>', say('argument_file'))
    .option('--parameters <file>', say('option_parameters'))
    .option('--set <name=value>', say('option_set'), collect, [])
    .requiredOption('--out <dir>', say('option_out'))
    .option('--api <url>', say('option_api'))
    .option('--directory <dir>', say('option_directory'), defaultDirectory)
    .action(async (jobType: string, file: string, options: { parameters?: string; set: string[]; out: string; api?: string; directory: string }) => {
      const { run } = await import('./commands/run.ts');
      done(await run(context, jobType, file, options));
    });

  return program;
}
