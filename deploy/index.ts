/** Infrastructure as code: the stack, its sizes, what it costs, and how it scales. */
export { synthesize, type SynthesizeOptions } from './synthesize.ts';
export { large, profiles, small, type Profile } from './profiles.ts';
