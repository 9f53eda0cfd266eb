/** The HTTP API: createApi serves a platform; the process entry is main.ts. */
export { createApi, type Api, type ApiOptions } from './server.ts';
export { checkExposure, newToken } from './auth/index.ts';
export { apiReferenceMarkdown } from './docs/index.ts';
