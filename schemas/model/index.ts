/** The model language of the linear analysis: terms as data, and a formula as text. Pure; also for the desktop. */
export * from './contrasts.ts';
export * from './terms.ts';
export * from './hierarchy.ts';
export * from './presets.ts';
export * from './formula/index.ts';
