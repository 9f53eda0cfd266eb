/** normal · x ≤ limit. */
export interface HalfSpace {
  normal: readonly number[];
  limit: number;
}

export interface Node {
  point: readonly number[];
  weight: number;
}

const on = 1e-9;

/**
 * Nodes and weights that integrate every polynomial up to `degree` exactly over a bounded polytope (weights add up to its volume): corners,
 * pulling triangulation, Grundmann & Möller 1978 (SIAM J. Numer. Anal. 15) on each simplex. Empty when the polytope has no volume.
 */
export function polytopeNodes(halfSpaces: readonly HalfSpace[], dimensions: number, degree: number): Node[] {
  if (dimensions === 0) return halfSpaces.every(({ limit }) => limit >= -on) ? [{ point: [], weight: 1 }] : [];
  const corners = cornersOf(halfSpaces, dimensions);
  if (affineRank(corners) < dimensions) return [];
  const simplices = triangulate(corners.map((_, i) => i), dimensions, corners, halfSpaces);
  return simplices.flatMap((simplex) => simplexNodes(simplex.map((i) => corners[i] as number[]), degree));
}

/** Corners: the solutions of every `dimensions` bounding equations that satisfy all inequalities. */
export function cornersOf(halfSpaces: readonly HalfSpace[], dimensions: number): number[][] {
  const corners: number[][] = [];
  const visit = (from: number, chosen: readonly HalfSpace[]): void => {
    if (chosen.length === dimensions) {
      const x = solve(chosen.map(({ normal, limit }) => [...normal, limit]));
      if (x === undefined || !halfSpaces.every(({ normal, limit }) => dot(normal, x) <= limit + on)) return;
      if (!corners.some((corner) => corner.every((v, k) => Math.abs(v - (x[k] as number)) < 1e-8))) corners.push(x);
      return;
    }
    for (let i = from; i < halfSpaces.length; i++) visit(i + 1, [...chosen, halfSpaces[i] as HalfSpace]);
  };
  visit(0, []);
  return corners;
}

function triangulate(face: readonly number[], dimensions: number, corners: readonly number[][], halfSpaces: readonly HalfSpace[]): number[][] {
  if (face.length === dimensions + 1) return [[...face]];
  const [apex] = face as [number];
  const seen = new Set<string>();
  return halfSpaces.flatMap(({ normal, limit }) => {
    const facet = face.filter((i) => Math.abs(dot(normal, corners[i] as number[]) - limit) < 1e-8);
    const key = facet.join();
    if (facet.length < dimensions || facet.includes(apex) || seen.has(key) || affineRank(facet.map((i) => corners[i] as number[])) !== dimensions - 1) return [];
    seen.add(key);
    return triangulate(facet, dimensions - 1, corners, halfSpaces).map((simplex) => [apex, ...simplex]);
  });
}

function simplexNodes(corners: readonly number[][], degree: number): Node[] {
  const d = corners.length - 1;
  const s = Math.max(0, Math.ceil((degree - 1) / 2));
  const volume = Math.abs(determinant(corners.slice(1).map((corner) => corner.map((v, k) => v - ((corners[0] as number[])[k] as number))))) / factorial(d);
  const nodes: Node[] = [];
  for (let i = 0; i <= s; i++) {
    const scale = d + 2 * s + 1 - 2 * i;
    const weight = (i % 2 ? -1 : 1) * 2 ** (-2 * s) * (scale ** (2 * s + 1) / (factorial(i) * factorial(d + 2 * s + 1 - i))) * factorial(d) * volume;
    for (const beta of compositions(s - i, d + 1)) {
      nodes.push({ weight, point: (corners[0] as number[]).map((_, k) => beta.reduce((sum, b, c) => sum + ((2 * b + 1) / scale) * ((corners[c] as number[])[k] as number), 0)) });
    }
  }
  return nodes;
}

function compositions(total: number, parts: number): number[][] {
  if (parts === 1) return [[total]];
  return Array.from({ length: total + 1 }, (_, first) => compositions(total - first, parts - 1).map((rest) => [first, ...rest])).flat();
}

const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));

export function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, v, k) => sum + v * (b[k] as number), 0);
}

/** Gauss-Jordan on rows [a | b]; undefined when singular. */
function solve(rows: number[][]): number[] | undefined {
  const n = rows.length;
  const scale = Math.max(...rows.map((row) => Math.max(...row.slice(0, n).map(Math.abs))));
  for (let c = 0; c < n; c++) {
    let best = c;
    for (let r = c + 1; r < n; r++) if (Math.abs((rows[r] as number[])[c] as number) > Math.abs((rows[best] as number[])[c] as number)) best = r;
    [rows[c], rows[best]] = [rows[best] as number[], rows[c] as number[]];
    const row = rows[c] as number[];
    const pivot = row[c] as number;
    if (!(Math.abs(pivot) > 1e-11 * scale)) return undefined;
    for (let r = 0; r < n; r++) {
      if (r === c) continue;
      const f = ((rows[r] as number[])[c] as number) / pivot;
      if (f !== 0) for (let k = c; k <= n; k++) (rows[r] as number[])[k] = ((rows[r] as number[])[k] as number) - f * (row[k] as number);
    }
  }
  return rows.map((row, i) => (row[n] as number) / (row[i] as number));
}

function determinant(matrix: number[][]): number {
  const n = matrix.length;
  let value = 1;
  for (let c = 0; c < n; c++) {
    let best = c;
    for (let r = c + 1; r < n; r++) if (Math.abs((matrix[r] as number[])[c] as number) > Math.abs((matrix[best] as number[])[c] as number)) best = r;
    if (best !== c) value = -value;
    [matrix[c], matrix[best]] = [matrix[best] as number[], matrix[c] as number[]];
    const pivot = (matrix[c] as number[])[c] as number;
    if (pivot === 0) return 0;
    value *= pivot;
    for (let r = c + 1; r < n; r++) {
      const f = ((matrix[r] as number[])[c] as number) / pivot;
      for (let k = c; k < n; k++) (matrix[r] as number[])[k] = ((matrix[r] as number[])[k] as number) - f * ((matrix[c] as number[])[k] as number);
    }
  }
  return value;
}

/** Dimension of the affine hull; −1 of no points. */
function affineRank(points: readonly (readonly number[])[]): number {
  const [first, ...rest] = points;
  if (first === undefined) return -1;
  const basis: number[][] = [];
  for (const point of rest) {
    let v = point.map((value, k) => value - (first[k] as number));
    for (const b of basis) {
      const f = dot(v, b);
      v = v.map((value, k) => value - f * (b[k] as number));
    }
    const length = Math.sqrt(dot(v, v));
    if (length > 1e-8) basis.push(v.map((value) => value / length));
  }
  return basis.length;
}
