/** Synthetic deburring data: simulated campaigns, candidate lists, and the equations behind them. */
export { simulate, type CampaignOptions, type Run } from './campaign.ts';
export { drawCondition, factorial, levels, type Condition } from './conditions.ts';
export { expected, measure, removalProbability, type Responses } from './responses.ts';
export { candidateColumns, candidatesCsv, englishResultColumns, resultColumns, resultsCsv, type CsvOptions } from './tables.ts';
export { exampleFiles } from './files.ts';
export { wampler } from './wampler.ts';
