import { doubleDouble, type DoubleDouble } from '../../../kernels/index.ts';
import { addMultiple, copyOf, dot, length, type Vector } from './vectors.ts';

/** A vector of which less than this share of its length is new lies in the span of those before it. As the kernels' rank decision. */
export const dependent = 64 * 2 ** -52;

/**
 * Orthogonal directions of vectors that come one after the other (modified Gram-Schmidt, each direction removed twice, in
 * double-double: Björck 1994). Cost: 4·length·k flops of double-double for the k-th vector.
 */
export class Span {
  readonly #directions: Vector[] = [];
  /** 1 / |direction|² */
  readonly #weights: DoubleDouble[] = [];

  /** Takes a vector in; @returns its new direction, or undefined when it adds none */
  add(vector: Vector): Vector | undefined {
    const size = length(vector);
    if (size === 0) return undefined;
    const rest = copyOf(vector);
    for (let pass = 0; pass < 2; pass += 1) {
      this.#directions.forEach((direction, k) => {
        const [hi, lo] = doubleDouble.multiply(dot(direction, rest), this.#weights[k] as DoubleDouble);
        addMultiple(rest, [-hi, -lo], direction);
      });
      if (length(rest) <= dependent * size) return undefined;
    }
    this.#directions.push(rest);
    this.#weights.push(doubleDouble.divide([1, 0], dot(rest, rest)));
    return rest;
  }

  /** |projection of `target` on `direction`|² */
  static squared(target: Vector, direction: Vector): DoubleDouble {
    const along = dot(target, direction);
    return doubleDouble.divide(doubleDouble.multiply(along, along), dot(direction, direction));
  }
}

/** |projection of `target` on the part of `vectors` outside `before`|², and how many dimensions that part has. */
export function squaredProjection(target: Vector, vectors: readonly Vector[], before: readonly Vector[] = []): { sum: number; rank: number } {
  const span = new Span();
  for (const vector of before) span.add(vector);
  let sum: DoubleDouble = [0, 0];
  let rank = 0;
  for (const vector of vectors) {
    const direction = span.add(vector);
    if (direction === undefined) continue;
    sum = doubleDouble.add(sum, Span.squared(target, direction));
    rank += 1;
  }
  return { sum: sum[0], rank };
}
