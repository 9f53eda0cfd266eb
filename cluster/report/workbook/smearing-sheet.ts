import type { LinearView } from '../../../schemas/index.ts';
import { quotedSheet } from './grid.ts';
import type { SheetContext } from './linear-workbook.ts';

const firstResidual = 5;

/**
 * A cell of the scale of the fit taken back to the expected target on its own scale (Duan 1983), as the stored predictions have
 * it; undefined without a transformation. Branches of Yeo–Johnson and limits of the domain are written as (z + |z|)/2, which is
 * evaluated per residual where IF and MAX are not.
 */
export function meanFormula({ transform, lambda, smearing }: LinearView['response'], cell: string, sheet: string): string | undefined {
  const name = quotedSheet(sheet);
  if (transform === 'none') return undefined;
  if (transform === 'log') return `EXP(${cell})*${name}!$B$2`;
  if (transform === 'log10') return `10^${cell}*${name}!$B$2`;
  const count = smearing.residuals.length;
  const w = `(${cell}+${name}!$A$${firstResidual}:$A$${firstResidual + count - 1})`;
  return `SUMPRODUCT(${inverseOf(transform, lambda ?? 1, w)})/${count}`;
}

function inverseOf(transform: 'sqrt' | 'box_cox' | 'yeo_johnson', lambda: number, w: string): string {
  const above = (z: string): string => `((${z}+ABS(${z}))/2)`;
  const power = (z: string, l: number): string => (l === 0 ? `EXP(${z})` : `${above(`((${l})*${z}+1)`)}^(1/(${l}))`);
  if (transform === 'sqrt') return `${above(w)}^2`;
  if (transform === 'box_cox') return power(w, lambda);
  return `${power(above(w), lambda)}-${power(above(`(-${w})`), 2 - lambda)}`;
}

/** 平均の計算: what takes a prediction back to a mean: a factor of logarithms, else the residuals of the fit. */
export function smearingSheet({ book, result: { response: { transform, smearing, label }, target }, text }: SheetContext): void {
  if (transform === 'none') return;
  const sheet = book.sheet({ name: text('sheet_smearing'), widths: [30, 24] });
  sheet.header([text('head_item'), text('head_value')]);
  sheet.row([text('item_smearing_factor'), smearing.factor ?? text('smearing_by_residuals')]);
  sheet.row([text('smearing_hint', { target, scale: label })]);
  if (smearing.residuals.length > 0) {
    sheet.header([text('item_scale_residuals', { scale: label })]);
    for (const residual of smearing.residuals) sheet.row([residual]);
  }
  sheet.close();
}
