/** Tables: any CSV, TSV or XLSX file as typed columns, or a Fault that says what to mend and where. */
export { levelOf } from './level.ts';
export { measuredDesigns } from './measured-designs.ts';
export { readTable } from './read-table.ts';
export { describeTable, type ColumnDescription } from './describe.ts';
export { factorsInFile, isFactorFile, readLevels } from './factor-file.ts';
export { exactDuplicates, isRunningNumber } from './duplicates.ts';
export { canonicalMaterial, canonicalName, canonicalNamesIn, runningNumberName } from './names.ts';
export { defaultNaTokens } from './tokens.ts';
export { numericShare } from './column-builder.ts';
export { defaultLimits, type Column, type ColumnKind, type Limits, type ReadOptions, type Table } from './types.ts';
