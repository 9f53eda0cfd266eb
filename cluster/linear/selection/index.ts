/** Which terms of the model stay: by steps or by weighing every set; the thread's side is select.ts. */
export { choiceOf, type Choice } from './candidates.ts';
export { chooseTerms, reduceTo, selectionBytes, tellChoice, type Selection } from './choose.ts';
export { select, selectTerms } from './select.ts';
export type { SelectionAsk, Selected, Weighed } from './types.ts';
