import { z } from 'zod';
import { languages } from '../text/types.ts';

/** What the parameters of several job types are made of. */
export const columnName = z.string().trim().min(1).max(255);
export const columnList = z.array(columnName).max(10_000);
export const seed = z.int().min(0).max(4_294_967_295).default(42).meta({ description: 'Seed of every random draw. Same file, parameters and seed give the same bytes.' });

/** How the input file is read; null means: find out. */
export const inputOptionsSchema = z.strictObject({
  sheet: z.string().min(1).max(255).nullable().default(null).meta({ description: 'Excel sheet; null takes the first that holds data' }),
  header_row: z.int().min(1).max(100).nullable().default(null).meta({ description: 'Row of the column names, from 1; null finds it' }),
  delimiter: z.enum([',', ';', '\t', '|']).nullable().default(null),
  encoding: z.enum(['utf-8', 'utf-16le', 'utf-16be', 'shift_jis', 'euc-jp', 'windows-1252']).nullable().default(null),
  decimal: z.enum(['.', ',']).nullable().default(null).meta({ description: 'Decimal separator' }),
  na_values: z.array(z.string().max(64)).max(100).nullable().default(null).meta({ description: 'Tokens that mean "not measured", replacing the default list' }),
}).meta({ id: 'InputOptions', description: 'How the uploaded table is read' });
export type InputOptions = z.infer<typeof inputOptionsSchema>;

export const common = {
  input: inputOptionsSchema.prefault({}),
  language: z.enum(languages).default('ja').meta({ description: 'Language of charts, workbooks and messages' }),
};
