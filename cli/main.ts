import { readFile } from 'node:fs/promises';
import { CommanderError } from 'commander';
import { Fault, FaultList } from '../schemas/index.ts';
import { Context } from './context.ts';
import { languageOf } from './environment.ts';
import { exitCodeOfError, exitCodes, Interrupted } from './exit.ts';
import { createProgram } from './program.ts';
import { Speech } from './text.ts';
import { usageFault } from './usage.ts';

/** Entry of the command line; bin/zerosec.mjs starts it with the Node that runs the sources. */
async function main(argv: readonly string[]): Promise<number> {
  const json = argv.includes('--json');
  const language = languageOf(argv, process.env);
  try {
    const context = new Context(language, process.env);
    context.json = json;
    let exitCode: number = exitCodes.completed;
    const program = createProgram(context, await version(), (code) => { exitCode = code; });
    try {
      await program.parseAsync(argv, { from: 'user' });
    } catch (error) {
      if (!(error instanceof CommanderError)) throw error;
      if (error.exitCode === 0) return exitCodes.completed; // --help, --version
      if (error.code === 'commander.help') return exitCodes.usage; // no command: the help has been shown
      throw usageFault(error, program, argv);
    }
    return exitCode;
  } catch (error) {
    const exitCode = exitCodeOfError(error);
    tellError(error, { json, speech: new Speech(language), exitCode });
    return exitCode;
  }
}

/** People get one line a problem, programs one object on stdout; only a bug of ours shows where it happened. */
function tellError(error: unknown, options: { json: boolean; speech: Speech; exitCode: number }): void {
  if (error instanceof Interrupted) return;
  const faults = error instanceof FaultList ? error.faults : error instanceof Fault ? [error] : [];
  if (options.json) {
    const problems = faults.length > 0 ? faults.map((fault) => fault.toJSON()) : [{ code: 'internal_error', class: 'bug', message: error instanceof Error ? error.message : String(error) }];
    process.stdout.write(`${JSON.stringify({ type: 'error', errors: problems, exit_code: options.exitCode })}\n`);
  }
  if (error instanceof Fault) {
    if (!options.json) process.stderr.write(`${options.speech.fault(error)}\n`);
  } else {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  }
}

async function version(): Promise<string> {
  const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
  return version;
}

// `zerosec list | head -1`: whoever reads no more needs no more
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? exitCodes.completed : exitCodes.failed));

const exitCode = await main(process.argv.slice(2));
// what has been written gets out; idle connections and the channel to the starter do not hold the process
await new Promise((resolve) => process.stdout.write('', resolve));
await new Promise((resolve) => process.stderr.write('', resolve));
process.exit(exitCode);
