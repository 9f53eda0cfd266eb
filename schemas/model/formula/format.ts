import type { Contrast } from '../contrasts.ts';
import type { Factor, ModelTerms, Term } from '../terms.ts';
import { isBareName } from './tokens.ts';

/** Canonical text: reading it gives the same targets and terms. */
export function formatFormula(targets: readonly string[], model: ModelTerms): string {
  const pieces = [...model.terms.map(formatTerm), ...model.offsets.map((factor) => `offset(${formatFactor(factor)})`)];
  const right = model.intercept ? pieces.join(' + ') || '1' : ['0', ...pieces].join(' + ');
  return `${targets.map(formatName).join(' + ')}${targets.length > 0 ? ' ' : ''}~ ${right}`;
}

export function formatTerm(term: Term): string {
  return term.map(formatFactor).join(':');
}

export function formatName(name: string): string {
  return isBareName(name) ? name : `\`${name.replaceAll('`', '``')}\``;
}

export function formatFactor(factor: Factor): string {
  const name = formatName(factor.column);
  switch (factor.kind) {
    case 'column': return name;
    case 'power': return factor.exponent < 0 ? `I(1/${name}^${-factor.exponent})` : `I(${name}^${factor.exponent})`;
    case 'function': return factor.function === 'reciprocal' ? `I(1/${name})` : `${factor.function}(${name})`;
    case 'poly': return `poly(${name}, ${factor.degree}${factor.raw ? ', raw' : ''})`;
    case 'categorical': return `C(${[name, ...(factor.contrast === null ? [] : contrastArguments(factor.contrast))].join(', ')})`;
  }
}

function contrastArguments(contrast: Contrast): string[] {
  const levels = contrast.levels === undefined ? [] : [`levels = [${contrast.levels.map(quote).join(', ')}]`];
  switch (contrast.kind) {
    case 'custom': return [`[${contrast.matrix.map((row) => `[${row.join(', ')}]`).join(', ')}]`, ...(contrast.labels === undefined ? [] : [`labels = [${contrast.labels.map(quote).join(', ')}]`]), ...levels];
    case 'treatment': return ['treatment', ...(contrast.reference === undefined ? [] : [`reference = ${quote(contrast.reference)}`]), ...levels];
    default: return [contrast.kind, ...levels];
  }
}

function quote(level: string): string {
  return isBareName(level) ? level : `"${level.replaceAll('"', '""')}"`;
}
