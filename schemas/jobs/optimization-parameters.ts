import { z } from 'zod';
import { longestFormula, modelPresets, modelTermsSchema } from '../model/index.ts';
import { columnList, columnName, common, seed } from './shared-parameters.ts';

export const optimizationObjectives = ['minimize_wear', 'both', 'd_optimal', 'i_optimal', 'a_optimal', 'compound', 'g_optimal', 'e_optimal', 'alias_optimal', 'space_filling', 'evaluate'] as const;
export const designKinds = [
  'optimal', 'full_factorial', 'fractional_factorial', 'plackett_burman', 'definitive_screening', 'central_composite', 'box_behnken', 'orthogonal_array', 'latin_hypercube', 'sobol', 'halton',
] as const;
export type DesignKind = (typeof designKinds)[number];
export const optimizationOutputs = ['charts', 'workbook'] as const;

const setting = z.union([z.number(), z.string().max(255)]);
const mostListed = 1000;

const constraintSchema = z.strictObject({
  weights: z.record(columnName, z.number()),
  at_most: z.number().nullable().default(null),
  at_least: z.number().nullable().default(null),
}).refine(({ at_most: most, at_least: least }) => most !== null || least !== null, { path: ['at_most'] }).meta({ description: 'Σ weight · factor, between at_least and at_most, in the units of the table' });

const scanSchema = z.strictObject({
  from: z.int().min(2).max(500),
  to: z.int().min(2).max(500),
  step: z.int().min(1).max(100).default(1),
  starts: z.int().min(1).max(1000).default(20).meta({ description: 'Starts for each number of runs' }),
  power: z.number().gt(0).lt(1).nullable().default(null).meta({ description: 'Smallest power that is wanted of every coefficient' }),
  standard_error: z.number().gt(0).nullable().default(null).meta({ description: 'Largest standard error that is allowed, in units of sigma' }),
}).refine(({ from, to }) => to >= from, { path: ['to'] });

/** Parameters of a design of experiments; the names of the original API stand first. */
export const optimizationParametersSchema = z.strictObject({
  objective: z.enum(optimizationObjectives).default('minimize_wear').meta({ description: 'Which designs are made. `minimize_wear`, the default of the original API, never had an effect there: it means `both`, a D- and an I-optimal design. `space_filling`: runs as far apart as possible (what the original called I). `evaluate`: the table is a design; nothing is searched' }),
  bounds: z.record(columnName, z.array(z.number()).min(1).max(1000)).default({}).meta({ description: 'Factor name → [min, max], or the list of the levels that are allowed' }),
  iterations: z.int().min(1).max(1000).default(50).meta({ description: 'Starts of the search at most, unless `starts` says otherwise' }),
  random_seed: seed.nullable().meta({ description: 'Seed of the starts and of the run order; null is 42' }),
  num_points: z.int().min(1).max(500).default(15).meta({ description: 'Number of new runs; classical designs whose number of runs follows from their construction do without it' }),
  // ours
  starts: z.int().min(1).max(100_000).nullable().default(null).meta({ description: 'Starts of the search at most; null takes `iterations`. It ends earlier when the best design is met again and again' }),
  model: z.enum(modelPresets).default('main').meta({ description: 'Terms that the runs must be able to estimate, when there is neither formula nor terms' }),
  formula: z.string().trim().min(1).max(longestFormula).nullable().default(null).meta({ description: 'The model as text, e.g. `a*b + I(a^2)`' }),
  terms: modelTermsSchema.nullable().default(null).meta({ description: 'The model as data, instead of a formula' }),
  if_possible: z.enum(modelPresets).nullable().default(null).meta({ description: 'Further terms that the runs should tell something about as far as they can (Bayesian design)' }),
  factor_columns: columnList.default([]).meta({ description: 'Columns of the table that are factors; empty takes all but running numbers, run orders, criteria and measured quantities' }),
  factor_kinds: z.record(columnName, z.enum(['continuous', 'discrete', 'categorical', 'mixture'])).default({}).meta({ description: 'Factor name → what it is: any number of its range (factor file only), its levels, names without an order, or a share of a mixture: the shares lie within their ranges and add up to 1' }),
  constraints: z.array(constraintSchema).max(100).default([]).meta({ description: 'Linear restrictions of numeric factors' }),
  forbidden: z.array(z.record(columnName, z.union([z.strictObject({ low: z.number(), high: z.number() }), z.array(setting).min(1).max(100)]))).max(100).default([]).meta({ description: 'Combinations that must not be run: factor name → range of a number, or values' }),
  fixed_rows: z.array(z.record(columnName, setting)).max(mostListed).default([]).meta({ description: 'Runs that the design must contain, part of num_points; a factor that is absent stays free' }),
  centre_points: z.int().min(0).max(100).default(0).meta({ description: 'Runs in the middle of the numeric factors (their nearest level), part of num_points; added to a classical design' }),
  replicates: z.enum(['allowed', 'forbidden', 'at_least']).default('allowed').meta({ description: 'Whether a condition may be run twice, or again after an earlier run; `at_least`: replicate_runs of the runs repeat others, for an estimate of pure error' }),
  replicate_runs: z.int().min(1).max(100).default(2).meta({ description: 'With replicates = at_least: how many runs repeat another one' }),
  blocks: z.int().min(1).max(50).default(1).meta({ description: 'Days, batches: blocks of runs of equal size (±1). A column of the list names them' }),
  block_effect: z.enum(['fixed', 'random']).default('fixed').meta({ description: '`fixed`: every block has a mean of its own, which the model takes out; `random`: blocks vary with `variance_ratio`' }),
  variance_ratio: z.number().min(0).max(1e6).default(1).meta({ description: 'Variance between random blocks or whole plots, divided by that within them' }),
  block_variance_ratio: z.number().min(0).max(1e6).nullable().default(null).meta({ description: 'Of random blocks beside whole plots; null: variance_ratio' }),
  hard_to_change: columnList.default([]).meta({ description: 'Factors that are set once a whole plot (brush, wire length): a split-plot design; within blocks where there are some. Plots are run at random, and the runs within each' }),
  whole_plots: z.int().min(2).max(250).nullable().default(null).meta({ description: 'Number of whole plots; null: two more than the coefficients of the hard-to-change factors alone (and one more for every block but the first), at most half of the runs' }),
  very_hard_to_change: columnList.default([]).meta({ description: 'Factors that are set once an outer plot, beside those that are hard to change: a split-split-plot design' }),
  outer_plots: z.int().min(2).max(250).nullable().default(null).meta({ description: 'Number of outer plots, within which the whole plots lie; null: as for whole plots' }),
  outer_variance_ratio: z.number().min(0).max(1e6).nullable().default(null).meta({ description: 'Of outer plots; null: variance_ratio' }),
  compound_weight: z.number().gt(0).lt(1).default(0.5).meta({ description: 'Weight of D beside I in a compound design, beside freedom from bias in an alias-optimal one' }),
  average_over: z.enum(['settings', 'range']).default('settings').meta({ description: 'What the I criterion averages over: the possible settings, or the whole ranges of the numbers although only levels can be chosen' }),
  design: z.enum(designKinds).default('optimal').meta({ description: 'A classical design instead of an optimal one' }),
  generators: z.array(z.string().max(60)).max(20).default([]).meta({ description: 'Of a two-level fraction (also of the cube of a central composite design), e.g. ["E=ABCD"]; empty takes the minimum-aberration one' }),
  resolution: z.int().min(3).max(8).nullable().default(null).meta({ description: 'Least resolution of a fraction without generators; null: as good as num_points allows' }),
  axial: z.union([z.enum(['face', 'rotatable', 'orthogonal']), z.number().gt(0).max(10)]).default('face').meta({ description: 'Axial distance of a central composite design, coded' }),
  inscribed: z.boolean().default(false).meta({ description: 'Central composite design shrunk so that its axial runs lie on the ends of the ranges' }),
  orthogonal_array: z.enum(['L4', 'L8', 'L9', 'L12', 'L16', 'L18', 'L25', 'L27', 'L32', 'L36']).nullable().default(null).meta({ description: 'Array of design = orthogonal_array; null takes the smallest that has room' }),
  alpha: z.number().min(0.0001).max(0.5).default(0.05).meta({ description: 'Level of the tests whose power is told' }),
  sigma: z.number().gt(0).default(1).meta({ description: 'Standard deviation of the noise, for power' }),
  effect: z.number().gt(0).default(1).meta({ description: 'Coefficient (coded units) whose power is told: half the difference between the ends of a range' }),
  scan: scanSchema.nullable().default(null).meta({ description: 'Also try other numbers of runs, and suggest one' }),
  randomize: z.boolean().default(true).meta({ description: 'Run order at random (by the seed, within blocks and whole plots); otherwise the order of the design' }),
  outputs: z.array(z.enum(optimizationOutputs)).max(2).default([...optimizationOutputs]).meta({ description: 'What is written beside result.json and the list of runs as CSV' }),
  ...common,
}).meta({ id: 'OptimizationParameters' });
export type OptimizationParameters = z.infer<typeof optimizationParametersSchema>;
