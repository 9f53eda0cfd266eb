import { z } from 'zod';

const figure = z.number().nullable();
const interval = z.object({ value: figure, low: figure, high: figure });
const setting = z.union([z.number(), z.string()]);
const settings = z.array(setting).describe('one per factor, in their order');
const decision = z.enum(['yes', 'no', 'gray']);

/** Why the final model of a classification says what it says, and what to do about it. */
export const classificationExplanationSchema = z.object({
  factors: z.array(z.object({ name: z.string(), features: z.array(z.string()), levels: settings, ordered: z.boolean() })).describe('what an operator sets: features, or the one-hot columns of one choice together'),
  permutation: z.object({
    confidence: z.number(), repeats: z.int(), rows: z.int(),
    items: z.array(z.object({ name: z.string(), features: z.array(z.string()), log_loss: z.number(), low: z.number(), high: z.number(), auc: figure })).describe('rise of the log-loss and fall of the area when a feature is shuffled; features that go together also as a group'),
  }).describe('of rows that the fold\'s model has not seen'),
  shapley: z.object({
    base: z.number().describe('mean probability of the background'), background: z.int(), rows: z.array(z.int()).describe('places among the used rows'),
    values: z.array(z.array(z.number())).describe('[row][feature]; with the base they sum to the row\'s probability'), probability: z.array(z.number()),
  }).nullable().describe('interventional, units of probability; null where it was switched off'),
  effects: z.array(z.object({ feature: z.string(), at: z.array(z.number()), effect: z.array(z.number()) })).describe('accumulated local effects on the probability'),
  learning: z.array(z.object({ share: z.number(), rows: z.int(), log_loss: z.number(), log_loss_standard_error: figure, auc: figure, gray_share: figure })).describe('of fits on a share of the conditions, settings as tuned on all'),
  process_map: z.object({
    x: z.string(), y: z.string(), x_at: z.array(z.number()), y_at: z.array(z.number()), held: z.array(z.object({ name: z.string(), value: setting })),
    probability: z.array(z.array(z.number())).describe('[y][x]'), decision: z.array(z.string()).describe('a letter per x: y yes, n no, g gray, o outside the data'),
  }).nullable().describe('null with fewer than two factors of numbers'),
  process_window: z.object({
    ranges: z.array(z.object({ name: z.string(), low: setting, high: setting, data_low: setting, data_high: setting, whole: z.boolean().describe('all of the data\'s range') })),
    share: z.number().describe('of the lattice'), exact: z.boolean().describe('no box of the lattice is larger'), cells: z.int(),
    lattice: z.object({ settings: z.int(), yes: z.int(), gray: z.int(), no: z.int(), outside: z.int() }),
    checked: z.int().describe('random settings within'), checked_yes: z.number().describe('share of them that are yes'), least_probability: z.number(), threshold: figure,
  }).nullable().describe('the largest box of settings that are certified yes; null where no setting is'),
  counterfactuals: z.array(z.object({
    row: z.int().describe('row of the file'), observed: z.enum(['positive', 'negative']), decision, probability: z.number(), kind: z.enum(['one', 'two', 'nearest', 'none']),
    changes: z.array(z.object({ name: z.string(), from: setting, to: setting })), after: figure,
  })).describe('smallest change of settings that makes a row\'s condition yes, within the levels of the data and the gate'),
  next_experiments: z.object({
    gray: z.int().describe('gray settings of the lattice that are inside the data'), considered: z.int(),
    runs: z.array(z.object({ settings, probability: z.number(), decided: z.number().describe('share of the gray settings that it and those before it are expected to decide') })),
  }),
}).meta({ id: 'ClassificationExplanation' });
export type ClassificationExplanation = z.infer<typeof classificationExplanationSchema>;

export const limitPointSchema = z.object({
  false_positive_limit: z.number(), false_negative_limit: z.number(), certified: z.int().describe('folds whose rows certify both'),
  false_positive_rate: interval, false_negative_rate: interval, gray_share: interval, accuracy: interval, cost: figure, front: z.boolean().describe('nothing is better in the bounds of both errors and in gray'),
}).describe('what other limits would bring on rows that thresholds have not seen');
export type ClassificationLimitPoint = z.infer<typeof limitPointSchema>;
