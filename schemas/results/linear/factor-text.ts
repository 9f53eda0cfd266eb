import type { FactorValue } from './model.ts';

/** How the reader of an expression writes a cell, a test of a level and a power. */
export interface Spelling {
  value: (column: string) => string;
  level: (column: string, level: string) => string;
  power: string;
  ln: string;
}

/** A factor as arithmetic; numbers in full. */
export function factorText(factor: FactorValue, { value, level, power, ln }: Spelling): string {
  const x = value(factor.column);
  switch (factor.kind) {
    case 'level': {
      const parts = factor.values.filter((entry) => entry.value !== 0).map((entry) => (entry.value === 1 ? level(factor.column, entry.level) : `${signed(entry.value)}*${level(factor.column, entry.level)}`));
      return parts.length === 1 ? parts[0] as string : `(${parts.join(' + ') || '0'})`;
    }
    case 'polynomial': {
      const z = `((${x} - ${signed(factor.center)})/${signed(factor.scale)})`;
      return factor.coefficients.slice(0, -1).reduceRight((sum, coefficient) => `(${signed(coefficient)} + ${z}*${sum})`, signed(factor.coefficients.at(-1) ?? 0));
    }
    case 'number':
      switch (factor.function) {
        case 'identity': return x;
        case 'power': return factor.exponent < 0 ? `(1/(${x})${power}${-factor.exponent})` : `(${x})${power}${factor.exponent}`;
        case 'log': return `${ln}(${x})`;
        case 'log10': return `LOG10(${x})`;
        case 'sqrt': return `SQRT(${x})`;
        case 'exp': return `EXP(${x})`;
        case 'reciprocal': return `(1/${x})`;
        case 'center': return `(${x} - ${signed(factor.center)})`;
        case 'standardize': return `((${x} - ${signed(factor.center)})/${signed(factor.scale)})`;
      }
  }
}

/** The factor's value for one value of its column: a number (dates: days since 1970) or a level. */
export function factorAt(factor: FactorValue, x: number, level: string): number {
  switch (factor.kind) {
    case 'level': return factor.values.find((entry) => entry.level === level)?.value ?? NaN;
    case 'polynomial': return factor.coefficients.reduceRight((sum, coefficient) => coefficient + (x - factor.center) / factor.scale * sum, 0);
    case 'number':
      switch (factor.function) {
        case 'identity': return x;
        case 'power': return x ** factor.exponent;
        case 'log': return Math.log(x);
        case 'log10': return Math.log10(x);
        case 'sqrt': return Math.sqrt(x);
        case 'exp': return Math.exp(x);
        case 'reciprocal': return 1 / x;
        case 'center': return x - factor.center;
        case 'standardize': return (x - factor.center) / factor.scale;
      }
  }
}

function signed(value: number): string {
  return value < 0 ? `(${value})` : String(value);
}
