import { allowedCandidates, candidateMoments, readCandidates, type Candidates } from './candidates.ts';
import { checkFactors, encode, type DesignFactor, type Point, type Settings } from './factors.ts';
import { designModel, withoutIntercept, type DesignModel } from './model.ts';
import type { Strata } from './strata.ts';
import { regionMoments, regionOf, type Region } from './region/index.ts';
import type { ModelTerms } from '../../schemas/index.ts';
import { Fault } from '../../schemas/index.ts';
import type { Forbidden, LinearConstraint } from './region/index.ts';

/** What a design is judged in: factors, model, the settings that are possible. Plain data. */
export interface DesignSpace {
  model: DesignModel;
  region: Region;
  /** null: the region itself */
  candidates: Candidates | null;
  /** W of the candidates or the region; null when the region is too involved */
  moments: Float64Array | null;
  /** prior precision of each column of the model */
  precision: Float64Array;
  history: readonly Point[];
  /** blocks or whole plots of the new rows; with means of their own the model is without its constant */
  strata: Strata | null;
}

export interface SpaceRequest {
  factors: readonly DesignFactor[];
  model: ModelTerms;
  candidates?: Readonly<Record<string, ArrayLike<number | string>>>;
  constraints?: readonly LinearConstraint[];
  forbidden?: readonly Forbidden[];
  history?: readonly Settings[];
}

/** The space of a design that is not searched for. @throws Fault design_… as planDesign does, of factors, candidates, region, model */
export function designSpace(request: SpaceRequest): DesignSpace {
  checkFactors(request.factors);
  const all = request.candidates === undefined ? null : readCandidates(request.factors, request.candidates);
  const factors = all?.factors ?? request.factors;
  const region = regionOf(factors, request.constraints, request.forbidden, { free: all === null });
  const candidates = all === null ? null : allowedCandidates(all, region);
  const model = designModel(factors, request.model);
  return {
    model, region, candidates, moments: candidates === null ? momentsOf(model, region) : candidateMoments(model, candidates),
    precision: new Float64Array(model.columns.length), history: (request.history ?? []).map((settings, i) => encode(factors, settings, i + 1)),
    strata: null,
  };
}

/** The same for rows in groups: means of their own take the place of the constant. @throws Fault design_blocks_intercept */
export function spaceInStrata(space: DesignSpace, strata: Strata): DesignSpace {
  if (strata[0].ratio !== null) return { ...space, strata };
  const { model, columns } = withoutIntercept(space.model);
  const p = space.model.columns.length;
  const q = columns.length;
  return {
    ...space, model, strata, precision: Float64Array.from(columns, (j) => space.precision[j] as number),
    moments: space.moments && Float64Array.from({ length: q * q }, (_, at) => (space.moments as Float64Array)[(columns[Math.floor(at / q)] as number) * p + (columns[at % q] as number)] as number),
  };
}

function momentsOf(model: DesignModel, region: Region): Float64Array | null {
  try {
    return regionMoments(model, region);
  } catch (error) {
    if (error instanceof Fault && (error.code === 'design_region_large' || error.code === 'design_flat_region')) return null;
    throw error;
  }
}
