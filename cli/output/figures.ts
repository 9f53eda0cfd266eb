/** A number to so many significant digits; – where there is none. */
export function figure(value: number | null, digits = 6): string {
  return value === null ? '–' : String(+value.toPrecision(digits));
}

export function probability(p: number | null): string {
  if (p === null) return '–';
  return p < 1e-16 ? '<1e-16' : p < 1e-4 ? p.toExponential(1) : String(+p.toPrecision(3));
}

/** `p = 0.01`, `p < 1e-16` */
export function equalTo(name: string, value: string): string {
  return value.startsWith('<') ? `${name} < ${value.slice(1)}` : `${name} = ${value}`;
}
