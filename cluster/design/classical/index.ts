export { aliasGroups, fractionalFactorial, fullFactorial, minimumAberration } from './factorial.ts';
export type { Fraction } from './factorial.ts';
export { conferenceMatrix, definitiveScreening, hadamardMatrix, plackettBurman } from './hadamard.ts';
export { latinHypercube } from './latin-hypercube.ts';
export { arrayFor, hasStrengthTwo, orthogonalArray, orthogonalArrayNames } from './orthogonal-array.ts';
export type { OrthogonalArray, OrthogonalArrayName } from './orthogonal-array.ts';
export { boxBehnken, centralComposite } from './response-surface.ts';
export type { CompositeOptions } from './response-surface.ts';
export { haltonPoints, sobolPoints } from './sobol.ts';
