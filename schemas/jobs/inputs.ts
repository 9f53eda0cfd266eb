import { z } from 'zod';
import type { JobType } from './parameters.ts';

/**
 * Further input files of a job beside its table, by job type: name → id of an upload. A worker finds them in its order
 * under the same names. Objects are strict: a name that the job type does not declare is an error.
 */
const uploadId = (description: string) => z.uuid().toLowerCase().optional().meta({ description });

const prediction = uploadId('Upload of a table of settings to predict');

export const inputSchemas = {
  optimization: z.strictObject({
    history: uploadId('Upload of a table of experiments that have been run'),
    compare: uploadId('Upload of another design, to be evaluated beside those that are made'),
  }),
  linear_analysis: z.strictObject({ prediction }),
  nonlinear_analysis: z.strictObject({ prediction }),
  classification: z.strictObject({ prediction }),
} as const satisfies Record<JobType, z.ZodObject>;

export type InputName = { [T in JobType]: keyof z.infer<(typeof inputSchemas)[T]> }[JobType];

/** @returns names of the further inputs that the job type takes */
export function inputNamesOf(jobType: JobType): readonly InputName[] {
  return Object.keys(inputSchemas[jobType].shape) as InputName[];
}

/** A further input of a job, as the API and the CLI show it. */
export const jobInputSchema = z.object({
  upload_id: z.uuid(),
  filename: z.string(),
  size_bytes: z.int().nullable(),
  sha256: z.string().nullable(),
}).meta({ id: 'JobInput' });
