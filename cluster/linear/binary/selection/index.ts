/** Which terms of a target of two values stay: by likelihoods, in steps or by weighing every set; the thread's side is select.ts. */
export { chooseBinaryTerms, type BinarySelection } from './choose.ts';
export { selectionSection } from './section.ts';
export { selectBinaryTerms, selectRows } from './select.ts';
export type { BinarySelectionAsk } from './types.ts';
