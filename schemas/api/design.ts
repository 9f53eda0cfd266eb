import { z } from 'zod';
import { jobTypeSchema } from '../jobs/parameters.ts';
import { fileTypeSchema } from '../jobs/artifact.ts';
import { storedDesignSchema } from '../results/stored-design.ts';

const cursor = z.string().regex(/^\d{1,15}$/).optional().meta({ description: '`next_cursor` of the page before' });

/** A stored design: what it is and where its files are. */
export const storedDesignViewSchema = z.object({
  design_id: z.uuid().meta({ description: 'Of the content: 計画ID of the list of runs; the same design made again has the same id' }),
  job_id: z.uuid().meta({ description: 'The newest job that made it' }),
  attempt: z.int(),
  name: storedDesignSchema.shape.name,
  criterion: storedDesignSchema.shape.criterion.meta({ description: 'D, I, A, …, space_filling, classical, or given' }),
  partial: z.boolean().meta({ description: 'The best of a search that was cancelled before its end' }),
  runs: z.int(),
  factors: z.array(z.string()),
  constants: storedDesignSchema.shape.constants,
  model: storedDesignSchema.shape.model.meta({ description: 'Columns of the model that it was made for' }),
  figures: storedDesignSchema.shape.figures.meta({ description: 'Criteria by name, as in result.json; of a partial design what the search knew' }),
  search: storedDesignSchema.shape.search,
  dataset_sha256: z.string().meta({ description: 'Of the factor file or list of candidates' }),
  files: z.array(z.object({ path: z.string(), file_key: z.string(), file_type: fileTypeSchema })).meta({ description: 'The list of runs as CSV and workbook, for /presign/download with job_id' }),
  created_at: z.iso.datetime(),
}).meta({ id: 'StoredDesign' });

export const designListQuerySchema = z.strictObject({
  job_id: z.uuid().toLowerCase().optional().meta({ description: 'Only designs of this job' }),
  dataset_sha256: z.string().regex(/^[0-9a-f]{64}$/).optional().meta({ description: 'Only designs of this table' }),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor,
});

export const designListSchema = z.object({ designs: z.array(storedDesignViewSchema), next_cursor: z.string().nullable() }).meta({ id: 'DesignList' });

export const designRowsQuerySchema = z.strictObject({
  order: z.enum(['run', 'standard']).default('run').meta({ description: 'In the order of running, or of the design' }),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  cursor,
});

export const designRowSchema = z.object({
  run: z.int().meta({ description: 'Place in the order of running, from 1: No. of the list of runs' }),
  standard: z.int().meta({ description: 'Place in the design, from 1: 標準順 of the list of runs' }),
  settings: z.record(z.string(), z.union([z.number(), z.string()])),
}).meta({ id: 'DesignRow' });

export const designRowsSchema = z.object({ design_id: z.uuid(), rows: z.array(designRowSchema), next_cursor: z.string().nullable() }).meta({ id: 'DesignRows' });

export const designResultsQuerySchema = z.strictObject({ limit: z.coerce.number().int().min(1).max(200).default(50), cursor });

export const designResultsSchema = z.object({
  design_id: z.uuid(),
  runs: z.int(),
  runs_measured: z.int().meta({ description: 'Runs of the design that any linked table has measured' }),
  results: z.array(z.object({
    job_id: z.uuid(), job_type: jobTypeSchema, filename: z.string(), dataset_sha256: z.string(),
    rows: z.int().meta({ description: 'Rows of the table that name the design' }),
    rows_measured: z.int().meta({ description: 'Of these, rows in which a target of the job has a value' }),
    runs_measured: z.int().nullable().meta({ description: 'Different runs of the design among them; null: the table has no column 標準順' }),
    created_at: z.iso.datetime(),
  })),
  next_cursor: z.string().nullable(),
}).meta({ id: 'DesignResults' });
