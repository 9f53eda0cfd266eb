/** Texts in ja/en/es by domain; `renderText` finds and fills them. */
export { renderText, placeholdersOf } from './render.ts';
export { languages, type Catalogue, type Language } from './types.ts';
export { cliText } from './cli.ts';
export { jobText } from './job.ts';
export { linearText } from './linear.ts';
export { reportText } from './report.ts';
