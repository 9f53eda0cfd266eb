import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { conclude, follow, progressOf, submit } from '../analysis.ts';
import { Fault, type Notice } from '../../schemas/index.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit.ts';
import { onInterrupt } from '../interrupts.ts';
import type { System } from '../launcher/system.ts';
import { readParameters } from '../parameters.ts';

export interface StartOptions {
  directory: string;
  host: string;
  port: number;
  portExplicit: boolean;
  workers: number;
  threads: number;
  /** true, false, or undefined: on the first start only */
  demo?: boolean;
  logs: boolean;
}

const demoFolder = fileURLToPath(new URL('../../examples/linear_analysis/', import.meta.url));

/** `zerosec start`: the whole system on this machine, until it is told to end. */
export async function start(context: Context, options: StartOptions): Promise<number> {
  const { speech } = context;
  let system: System | null = null;
  const ended = Promise.withResolvers<number>();
  let stopAsked = false;
  const unwatch = onInterrupt((count) => {
    if (count > 1) {
      system?.kill();
      process.exit(130);
    }
    stopAsked = true;
    context.tell(speech.say('stopping'));
    if (system !== null) ended.resolve(exitCodes.completed);
  });
  try {
    context.tell(speech.say('starting'));
    const { startSystem } = await import('../launcher/system.ts');
    system = await startSystem({
      ...options, temporary: false, showLogs: options.logs,
      onRestart: (service, waitMs) => context.tell(speech.say('service_restarted', { service, seconds: waitMs / 1000 })),
    });
    if (!stopAsked) {
      announce(context, system, options);
      const demo = options.demo === false ? Promise.resolve() : runDemo(context, system, options.demo === true);
      await Promise.race([demo, ended.promise]);
      await ended.promise;
    }
    await system.stop();
    context.tell(speech.say('stopped'));
    return exitCodes.completed;
  } finally {
    unwatch();
  }
}

function announce(context: Context, system: System, options: StartOptions): void {
  const { speech } = context;
  if (options.port !== 0 && system.port !== options.port) context.tell(speech.say('port_taken', { wanted: options.port, port: system.port }));
  context.print([speech.say('started', { url: system.url }), speech.say('started_docs', { url: system.url }), speech.say('started_data', { directory: system.directory }), ''].join('\n'));
  context.emit({ type: 'started', url: system.url, docs: `${system.url}/docs`, directory: system.directory, pid: process.pid, children: system.pids() });
}

/** A first look at what the system does, on a system that has had no job yet. A demo that fails is told and changes nothing. */
async function runDemo(context: Context, system: System, always: boolean): Promise<void> {
  const { speech } = context;
  const client = context.client(system.url);
  try {
    if (!always && (await client.jobs({ limit: 1 })).jobs.length > 0) return;
    // a table with column names in the user's language comes with parameters that use them
    const variant = [`.${speech.language}`, ''].find((suffix) => existsSync(join(demoFolder, `deburring${suffix}.csv`)));
    if (variant === undefined) return context.tell(speech.say('demo_missing'));
    const file = join(demoFolder, `deburring${variant}.csv`);
    context.tell(speech.say('demo', { file }));
    const parameters = { language: speech.language, ...(await readParameters('linear_analysis', join(demoFolder, `parameters${variant}.json`), [])) };
    const progress = progressOf(context);
    const out = join(system.directory, 'demo');
    const jobId = await submit(context, client, { jobType: 'linear_analysis', file, inputs: {}, parameters, progress });
    const notices: Notice[] = [];
    const job = await follow(context, client, jobId, { progress, notices, onFirstInterrupt: 'leave' });
    await conclude(context, client, job, out, { progress, notices });
    context.print(['', speech.say('demo_next'), '', speech.say('started', { url: system.url }), speech.say('started_docs', { url: system.url })].join('\n'));
  } catch (error) {
    context.tell(error instanceof Fault ? speech.fault(error) : String(error));
  }
}
