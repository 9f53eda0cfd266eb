export { fitMultinomial, multinomialProbabilities } from './multinomial.ts';
export type { MultinomialInput, MultinomialModel } from './multinomial.ts';
