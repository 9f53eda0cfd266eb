import { openTable, progressOf, submit as submitFile } from '../analysis.ts';
import { connect } from '../connect.ts';
import type { Context } from '../context.ts';
import { exitCodes, Interrupted } from '../exit.ts';
import { onInterrupt } from '../interrupts.ts';
import { parseJobType, readInputs, readParameters } from '../parameters.ts';

export interface SubmitOptions {
  parameters?: string;
  set: string[];
  input: string[];
  key?: string;
  api?: string;
  directory: string;
}

/** `zerosec submit`: a file and its job to a running server. stdout gets the job's id alone, for `id=$(zerosec submit …)`. */
export async function submit(context: Context, jobTypeText: string, file: string, options: SubmitOptions): Promise<number> {
  const jobType = parseJobType(jobTypeText);
  const parameters = { language: context.speech.language, ...(await readParameters(jobType, options.parameters, options.set)) };
  const inputs = readInputs(jobType, options.input);
  for (const path of [file, ...Object.values(inputs)]) await openTable(path);
  const { client } = await connect(context, options);
  const progress = progressOf(context);
  const abort = new AbortController();
  const unwatch = onInterrupt(() => abort.abort(new Interrupted()));
  try {
    const jobId = await submitFile(context, client, { jobType, file, inputs, parameters, idempotencyKey: options.key, progress, signal: abort.signal });
    progress.end();
    context.print(jobId);
    return exitCodes.completed;
  } finally {
    progress.end();
    unwatch();
  }
}
