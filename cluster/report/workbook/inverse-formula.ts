import type { LinearView } from '../../../schemas/index.ts';

/** A model-scale cell taken back to the target's own scale (the median), as a formula; undefined without a transformation. */
export function inverseFormula({ transform, lambda }: LinearView['response'], cell: string): string | undefined {
  const power = (argument: string, l: number): string => (l === 0 ? `EXP(${argument})` : `MAX((${l})*${argument}+1,0)^(1/(${l}))`);
  switch (transform) {
    case 'none': return undefined;
    case 'log': return `EXP(${cell})`;
    case 'log10': return `10^${cell}`;
    case 'sqrt': return `MAX(${cell},0)^2`;
    case 'box_cox': return power(cell, lambda ?? 1);
    case 'yeo_johnson': return `IF(${cell}>=0,${power(cell, lambda ?? 1)}-1,1-${power(`(-${cell})`, 2 - (lambda ?? 1))})`;
  }
}
