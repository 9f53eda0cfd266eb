export { parseFormula, type Formula, type FormulaNode } from './parse.ts';
export { expandFormula, type ExpandedFormula, type FormulaTable } from './expand.ts';
export { formatFactor, formatFormula, formatName, formatTerm } from './format.ts';
export { isBareName, longestFormula } from './tokens.ts';
