import { z } from 'zod';

const setting = z.union([z.number(), z.string()]);

/** What is stored of a design beside the files of its job. */
export const storedDesignSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  criterion: z.string(),
  /** the best of a search that was cancelled */
  partial: z.boolean(),
  factors: z.array(z.string()),
  constants: z.record(z.string(), setting),
  rows: z.array(z.record(z.string(), setting)),
  run_order: z.array(z.int()),
  model: z.array(z.string()),
  figures: z.record(z.string(), z.number().nullable()),
  search: z.record(z.string(), z.union([z.number(), z.string()])).nullable(),
  /** its lists of runs among the files of the job */
  paths: z.array(z.string()),
});
export type StoredDesign = z.infer<typeof storedDesignSchema>;

/** A table of results that names a design in its rows (計画ID): which of the design's runs have been measured there. */
export const measuredDesignSchema = z.object({
  design_id: z.uuid(),
  rows: z.int().min(1),
  rows_measured: z.int().min(0),
  /** places in the design (標準順) that have been measured; null: the table does not tell places */
  runs: z.array(z.int().min(1)).nullable(),
});
export type MeasuredDesign = z.infer<typeof measuredDesignSchema>;
