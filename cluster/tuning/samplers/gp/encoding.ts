import { axisOf, isActive, isSingle, settle, spread, stepOf } from '../../space.ts';
import type { Distribution, FloatDistribution, IntDistribution, Parameter, Point, SearchSpace } from '../../space.ts';

/** Where a parameter that does not exist stands: trials without it differ by its parent, not by it. */
const ABSENT = { number: 0.5, choice: -1 } as const;
/** A grid of at most so many values is gone through value by value; a finer one is searched as if it were continuous. */
const COUNTABLE = 50;

/** A searched parameter as one coordinate: a number in [0, 1] along its axis, or the index of a choice. */
export interface Coordinate {
  readonly name: string;
  readonly parameter: Parameter;
  readonly categorical: boolean;
  /** all places that the coordinate can have where they are few; undefined where it is continuous */
  readonly places: Float64Array | undefined;
}

/** Between points of a space and the coordinates on which a Gaussian process works. */
export class Encoding {
  readonly coordinates: readonly Coordinate[];
  readonly #space: SearchSpace;

  constructor(space: SearchSpace) {
    this.#space = space;
    this.coordinates = space.filter(({ distribution }) => !isSingle(distribution)).map((parameter) => ({
      name: parameter.name, parameter, categorical: parameter.distribution.kind === 'categorical', places: placesOf(parameter.distribution),
    }));
  }

  encode(point: Point): Float64Array {
    return Float64Array.from(this.coordinates, ({ name, parameter: { distribution } }) => {
      const value = point[name];
      if (distribution.kind === 'categorical') return value ?? ABSENT.choice;
      return value === undefined ? ABSENT.number : toUnit(distribution, value);
    });
  }

  /** The point that coordinates stand for: on the grid, and without the parameters that do not exist there. */
  decode(coordinates: Float64Array): Point {
    const point: Record<string, number> = {};
    let k = 0;
    for (const parameter of this.#space) {
      const { name, distribution } = parameter;
      const single = isSingle(distribution);
      const at = single ? 0 : coordinates[k++] as number;
      if (!isActive(parameter, this.#space, point)) continue;
      if (single) point[name] = spread(distribution, 0);
      else if (distribution.kind === 'categorical') point[name] = Math.max(at, 0);
      else point[name] = fromUnit(distribution, at);
    }
    return point;
  }

  /** As `encode(decode(…))`: what a point is after it has been settled. */
  settle(coordinates: Float64Array): Float64Array {
    return this.encode(this.decode(coordinates));
  }

  /** Which coordinates exist there. */
  active(coordinates: Float64Array): boolean[] {
    const point = this.decode(coordinates);
    return this.coordinates.map(({ name }) => point[name] !== undefined);
  }
}

function toUnit(distribution: FloatDistribution | IntDistribution, value: number): number {
  const { low, high, log } = axisOf(distribution);
  return ((log ? Math.log(value) : value) - low) / (high - low);
}

function fromUnit(distribution: FloatDistribution | IntDistribution, at: number): number {
  const { low, high } = axisOf(distribution);
  return settle(distribution, low + at * (high - low));
}

function placesOf(distribution: Distribution): Float64Array | undefined {
  if (distribution.kind === 'categorical') return Float64Array.from(distribution.choices.keys());
  const step = distribution.kind === 'int' ? stepOf(distribution) ?? 1 : stepOf(distribution);
  if (step === undefined) return undefined;
  const count = Math.floor((distribution.high - distribution.low) / step + 1e-9) + 1;
  return count > COUNTABLE ? undefined : Float64Array.from({ length: count }, (_, i) => toUnit(distribution, settle(distribution, distribution.log ? Math.log(distribution.low + i * step) : distribution.low + i * step)));
}
