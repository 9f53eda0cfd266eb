import { efficiencies, solveEstimable, type Criterion, type DesignSpace, type Point, type Solved } from '../design/index.ts';

/** Repeats `count` of the runs: each time the one whose repetition is best by the criterion; the first of equals. */
export function addReplicates(space: DesignSpace, points: readonly Point[], count: number, criterion: Criterion): Point[] {
  const result = [...points];
  for (let added = 0; added < count; added++) {
    let best: { point: Point; score: number } | undefined;
    const seen = new Set<string>();
    for (const point of points) {
      const key = point.join();
      if (seen.has(key)) continue;
      seen.add(key);
      const { solved } = solveEstimable(space.model, [...space.history, ...result, point], space.precision);
      const score = scoreOf(solved, space, criterion);
      if (best === undefined || score > best.score + 1e-10) best = { point, score };
    }
    if (best !== undefined) result.push([...best.point]);
  }
  return result;
}

function scoreOf(solved: Solved, { moments }: DesignSpace, criterion: Criterion): number {
  const p = solved.model.columns.length;
  const whole = moments !== null && moments.length === p * p ? moments : undefined;
  const { averageVariance, traceOfInverse, logDeterminant } = efficiencies(solved, whole && { moments: whole });
  const average = averageVariance ?? traceOfInverse;
  switch (criterion.kind) {
    case 'A': return -Math.log(traceOfInverse);
    case 'I': return -Math.log(average);
    case 'compound': return (criterion.determinantWeight * logDeterminant) / p - (1 - criterion.determinantWeight) * Math.log(average);
    default: return logDeterminant / p;
  }
}
