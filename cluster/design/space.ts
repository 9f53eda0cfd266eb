import { allowedCandidates, candidateMoments, readCandidates, type Candidates } from './candidates.ts';
import { checkFactors, encode, type DesignFactor, type Point, type Settings } from './factors.ts';
import { designModel, type DesignModel } from './model.ts';
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
  const region = regionOf(factors, request.constraints, request.forbidden);
  const candidates = all === null ? null : allowedCandidates(all, region);
  const model = designModel(factors, request.model);
  return {
    model, region, candidates, moments: candidates === null ? momentsOf(model, region) : candidateMoments(model, candidates),
    precision: new Float64Array(model.columns.length), history: (request.history ?? []).map((settings, i) => encode(factors, settings, i + 1)),
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
