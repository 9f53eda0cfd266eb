import { z } from 'zod';
import { noticeSchema } from '../notice.ts';
import { storedDesignSchema } from '../stored-design.ts';

const setting = z.union([z.number(), z.string()]);
const figure = z.number().nullable();

const factorSchema = z.object({
  name: z.string(),
  kind: z.enum(['continuous', 'discrete', 'categorical', 'mixture']),
  levels: z.array(setting).nullable().describe('null: any number from low to high'),
  shares: z.array(z.number()).nullable().describe('share of the candidates at each level'),
  low: figure,
  high: figure,
});

const matrix = z.object({ rows: z.array(z.string()), columns: z.array(z.string()), values: z.array(z.array(figure)) });

export const designSchema = z.object({
  id: z.uuid().describe('of the content: the same design of the same table has the same id'),
  name: z.string().describe('what files and charts are called by: D, I, … or the kind of design'),
  criterion: z.enum(['D', 'I', 'A', 'compound', 'G', 'E', 'alias', 'space_filling', 'classical', 'given']),
  rows: z.array(z.record(z.string(), setting)).describe('new runs in the order of the design, user units'),
  run_order: z.array(z.int()).describe('place of each row in the order of running, from 1'),
  search: z.object({ starts: z.int(), best_start: z.int(), hits: z.int(), hit_rate: z.number(), score: z.number().describe('the criterion as the search counts it, larger is better: ln|M|/p, −ln tr V, −ln tr VW, … of the final rows'), stopped_by: z.enum(['starts', 'plateau']) }).nullable().describe('null: nothing was searched'),
  construction: z.object({
    kind: z.string(), generators: z.array(z.string()), defining_relation: z.array(z.string()), resolution: figure, alias_groups: z.array(z.array(z.string())), array: z.string().nullable(),
  }).nullable().describe('of a classical design; letters are factors in their order'),
  /** Of new and earlier runs together; definitions: cluster/design/evaluation/efficiency.ts */
  criteria: z.object({
    log_determinant: z.number(), d: z.number(), a: z.number(), a_efficiency: z.number(), trace_of_inverse: z.number(), e: z.number(), condition_number: z.number(),
    average_variance: figure, i: figure, average_standard_error: figure, largest_variance: figure, g: figure, g_efficiency: figure,
    d_bound: figure.describe('no design of so many runs has a larger d'), d_relative: figure.describe('d / d_bound'), bound_by: z.string().nullable(),
    bound_omitted: z.enum(['terms', 'list', 'points', 'groups', 'history', 'precision', 'rank', 'singular']).nullable().describe('why there is no bound: too many terms, a list that is no grid, too many support points, blocks or whole plots, earlier runs, terms if possible, terms that cannot be estimated'),
    smallest_distance: figure.describe('between two runs, coded; categories count 2'), original_d: figure.describe('½ ln det of the numeric columns standardised over the candidates: D基準値 of the original'),
  }),
  strata: z.array(z.object({
    kind: z.enum(['fixed_blocks', 'random_blocks', 'whole_plots', 'subplots']), column: z.string().describe('of the rows: number of the block or plot'), sizes: z.array(z.int()),
    variance_ratio: figure.describe('between to within; null: means of their own'), hard_to_change: z.array(z.string()), assigned: z.enum(['searched', 'afterwards', 'given']),
  })).describe('blocks and plots, outermost first; figures are of X\'R⁻¹X'),
  inestimable: z.array(z.object({ term: z.string(), relation: z.string() })).describe('columns of the model that these rows leave open; figures are of the model without them'),
  degrees_of_freedom: z.object({ runs: z.int(), model: z.int(), residual: z.int(), pure_error: z.int(), lack_of_fit: z.int() }),
  coefficients: z.array(z.object({ name: z.string(), standard_error: z.number(), variance_inflation: figure, power: figure })),
  terms: z.array(z.object({ name: z.string(), degrees_of_freedom: z.int(), power: figure })),
  leverages: z.array(z.number()).describe('of the new rows'),
  correlations: z.object({ columns: z.array(z.string()), values: z.array(z.array(figure)) }),
  alias: matrix.nullable().describe('by how much an effect outside the model (column) shifts a coefficient (row)'),
  prediction_variance: z.object({ fractions: z.array(z.number()), variances: z.array(z.number()) }).describe('share of the design space → variance it does not exceed (σ = 1)'),
  variance_profiles: z.array(z.object({ factor: z.string(), values: z.array(setting), variances: z.array(z.number()) })).describe('along each factor, the others in the middle'),
  variance_contour: z.object({ x: z.string(), y: z.string(), xs: z.array(z.number()), ys: z.array(z.number()), variances: z.array(z.array(z.number())).describe('a row a y') }).nullable(),
  variance_ternary: z.object({
    shares: z.array(z.string()).length(3), low: z.array(z.number()).length(3), span: z.number(), others: z.record(z.string(), z.number()).describe('shares that stay as they are'),
    variances: z.array(z.array(figure)).describe('row i, entry j of i + j ≤ steps: first share low + span · i / steps, second low + span · j / steps, the third the rest; null: not allowed'),
  }).nullable().describe('over three shares of a mixture'),
});
export type OptimizationDesign = z.infer<typeof designSchema>;

const scanResultSchema = z.object({
  criterion: z.string(),
  entries: z.array(z.object({
    runs: z.int(), d: z.number(), average_variance: figure, i: figure, largest_standard_error: z.number(), smallest_power: figure, residual_degrees_of_freedom: z.int(),
  })),
  suggestion: z.object({ runs: z.int(), reason: z.enum(['target', 'knee', 'largest']) }),
});
export type OptimizationScan = z.infer<typeof scanResultSchema>;

const previewSchema = z.object({
  title: z.string(),
  charts: z.array(z.string()).describe('paths of the pictures, in the order of the original\'s pages'),
  table: z.object({ columns: z.array(z.string()), rows: z.array(z.array(setting.nullable())) }),
});

/** `result.json` of an optimization: designs of experiments. */
export const optimizationResultSchema = z.object({
  schema: z.literal('zerosec.optimization/1'),
  dataset: z.object({ name: z.string(), sha256: z.string(), kind: z.enum(['factors', 'candidates', 'design']), rows_read: z.int(), candidates: z.int().nullable().describe('different conditions of a list') }),
  parameters: z.record(z.string(), z.unknown()),
  factors: z.array(factorSchema),
  constants: z.record(z.string(), setting).describe('columns of one value: carried, not varied'),
  ignored_columns: z.array(z.string()).describe('columns of the table that were not taken for factors'),
  model: z.object({ columns: z.array(z.string()), precision: z.array(z.number()).describe('prior precision; 0: necessary') }),
  history: z.array(z.record(z.string(), setting)).describe('earlier runs that inform the designs'),
  designs: z.array(designSchema),
  comparisons: z.array(z.object({ first: z.string(), second: z.string(), d: z.number(), a: z.number(), e: z.number(), average_variance: figure, largest_variance: figure })).describe('second beside first, per run: above 1 the second is better'),
  scan: scanResultSchema.nullable(),
  previews: z.array(previewSchema).describe('one a design'),
  notices: z.array(noticeSchema),
});
/** `partial.json` of an optimization that was cancelled: the best that each search had met. */
export const optimizationPartialSchema = z.object({
  schema: z.literal('zerosec.optimization.partial/1'),
  dataset: z.object({ name: z.string(), sha256: z.string() }),
  parameters: z.record(z.string(), z.unknown()),
  designs: z.array(storedDesignSchema.omit({ partial: true, paths: true })).describe('`search`: starts that were over, of how many; `figures.best`: the criterion as the progress tells it'),
});
export type OptimizationPartial = z.infer<typeof optimizationPartialSchema>;
export type OptimizationResult = z.infer<typeof optimizationResultSchema>;
