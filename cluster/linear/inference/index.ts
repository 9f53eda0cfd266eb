/** What follows from the triangle of a fit and its terms, without the rows. */
export { aliasesOf, ratioOf, type Alias } from './aliases.ts';
export { anova, anovaTypes, isInteraction, relativesIn, type AnovaTable, type AnovaType } from './anova.ts';
export { collinearity, mostColumns, type Collinearity } from './collinearity.ts';
export { gvif, type Gvif } from './gvif.ts';
export { termFitOf, type TermFit } from './types.ts';
export { columnsNotSumming, inverseCoding, toSumCoding } from './sum-coding.ts';
export { inverseRows } from './triangle.ts';
