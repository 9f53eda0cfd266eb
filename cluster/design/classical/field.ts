/** A finite field of p or p² elements, numbered 0 … q − 1 (a + b·p = a + b·root, root² a non-square of the prime field). */
export interface Field {
  q: number;
  add: (a: number, b: number) => number;
  negate: (a: number) => number;
  multiply: (a: number, b: number) => number;
  /** 0, 1 for squares, −1 for the rest: the quadratic character */
  character: (a: number) => number;
}

/** Undefined when q is neither an odd prime nor the square of one (nor 2). */
export function fieldOf(q: number): Field | undefined {
  const root = Math.round(Math.sqrt(q));
  const p = isPrime(q) ? q : root * root === q && isPrime(root) && root > 2 ? root : 0;
  if (p === 0) return undefined;
  const squares = new Set(Array.from({ length: p }, (_, a) => (a * a) % p));
  const nonSquare = Array.from({ length: p }, (_, a) => a).find((a) => !squares.has(a)) ?? 0;
  const parts = (a: number): readonly [number, number] => [a % p, Math.floor(a / p)];
  const add = (a: number, b: number): number => {
    const [a0, a1] = parts(a);
    const [b0, b1] = parts(b);
    return ((a0 + b0) % p) + ((a1 + b1) % p) * p;
  };
  const negate = (a: number): number => {
    const [a0, a1] = parts(a);
    return ((p - a0) % p) + ((p - a1) % p) * p;
  };
  const multiply = (a: number, b: number): number => {
    const [a0, a1] = parts(a);
    const [b0, b1] = parts(b);
    return ((a0 * b0 + nonSquare * a1 * b1) % p) + ((a0 * b1 + a1 * b0) % p) * p;
  };
  const own = new Set(Array.from({ length: q - 1 }, (_, a) => multiply(a + 1, a + 1)));
  return { q, add, negate, multiply, character: (a) => (a === 0 ? 0 : own.has(a) ? 1 : -1) };
}

function isPrime(n: number): boolean {
  if (n < 2) return false;
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return false;
  return true;
}
