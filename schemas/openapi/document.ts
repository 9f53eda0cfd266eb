import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject, type ZodOpenApiResponsesObject } from 'zod-openapi';
import { problemSchema } from '../api/problem.ts';
import { jobEventSchema } from '../jobs/event.ts';
import { manifestSchema } from '../jobs/artifact.ts';
import { parameterSchemas } from '../jobs/parameters.ts';
import { linearResultSchema } from '../results/linear/index.ts';
import { problemsOf, type Operation } from './operation.ts';
import { problemKinds, type ProblemCode } from './problems.ts';

export type OpenApiDocument = ReturnType<typeof createDocument>;

export interface DocumentInfo {
  version: string;
  /** `/api/v1` */
  prefix: string;
}

/** OpenAPI 3.1 of the operations: every path, parameter, body, answer and error, derived from the zod schemas. */
export function openApiDocument(operations: readonly Operation[], info: DocumentInfo): OpenApiDocument {
  const paths: ZodOpenApiPathsObject = {};
  for (const operation of operations) {
    const path = operation.atRoot ? operation.path : info.prefix + operation.path;
    paths[path] = { ...paths[path], [operation.method]: operationObject(operation) };
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: '0.00sec Analysis API',
      version: info.version,
      description: 'Upload a table, run an analysis on it, follow it, fetch its results. Errors are RFC 9457 problem documents with a stable `code`; their text follows Accept-Language (en, ja, es). Times are UTC with `Z`.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: [
      { name: 'uploads', description: 'A place for a table in the storage' },
      { name: 'jobs', description: 'Analyses: submit, follow, cancel, repeat, remove' },
      { name: 'results', description: 'Files of a completed job' },
      { name: 'admin', description: 'API keys and the audit log of a tenant' },
      { name: 'operations', description: 'Probes, metrics and this document; also served below the prefix' },
    ],
    paths,
    // part of the contract without being the body of an endpoint of their own
    components: {
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', bearerFormat: 'zsk_…', description: 'An API key, with AUTH_MODE=api_key or oidc' },
        accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'An access token of the issuer that `/auth` names, with AUTH_MODE=oidc' },
      },
      schemas: { ...parameterComponents(), JobEvent: jobEventSchema, Manifest: manifestSchema, LinearResult: linearResultSchema },
    },
  });
}

function parameterComponents() {
  return Object.fromEntries(Object.values(parameterSchemas).map((schema) => [schema.meta()?.id ?? '', schema]));
}

function operationObject(operation: Operation): ZodOpenApiOperationObject {
  const description = [operation.description, operation.role === undefined ? undefined : `Role: ${operation.role}.`].filter((part) => part !== undefined).join(' ');
  return {
    operationId: operation.operationId,
    tags: [operation.tag],
    summary: operation.summary,
    security: operation.role === undefined ? [] : [{ apiKey: [] }, { accessToken: [] }],
    ...(description === '' ? {} : { description }),
    ...(operation.params || operation.query || operation.headers
      ? { requestParams: { ...(operation.params ? { path: operation.params } : {}), ...(operation.query ? { query: operation.query } : {}), ...(operation.headers ? { header: operation.headers } : {}) } }
      : {}),
    ...(operation.body
      ? { requestBody: { required: true, content: { 'application/json': { schema: operation.body, ...(operation.bodyExample === undefined ? {} : { example: operation.bodyExample }) } } } }
      : {}),
    responses: { ...answers(operation), ...problems(operation) },
  };
}

function answers(operation: Operation): ZodOpenApiResponsesObject {
  return Object.fromEntries(Object.entries(operation.answers).map(([status, answer]) => [status, {
    description: answer.description,
    ...(answer.headers ? { headers: answer.headers } : {}),
    ...(answer.schema || answer.contentType
      ? { content: { [answer.contentType ?? 'application/json']: { ...(answer.schema ? { schema: answer.schema } : { schema: { type: 'string' as const } }), ...(answer.example === undefined ? {} : { example: answer.example }) } } }
      : {}),
  }]));
}

function problems(operation: Operation): ZodOpenApiResponsesObject {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of problemsOf(operation)) {
    const { status } = problemKinds[code];
    // a status that means something else here (the 503 of a probe) keeps its own answer
    if (operation.answers[status] === undefined) byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries([...byStatus].sort(([a], [b]) => a - b).map(([status, codes]) => [String(status), {
    description: codes.map((code) => `\`${code}\``).join(', '),
    content: { 'application/problem+json': { schema: problemSchema, example: exampleOf(codes[0] as ProblemCode) } },
  }]));
}

function exampleOf(code: ProblemCode) {
  const { status, error } = problemKinds[code];
  const detail = { code, message: `… (${code})` };
  return {
    type: `urn:zerosec:problem:${code}`, title: error, status, detail: detail.message, instance: '/api/v1/…', code, errors: [detail],
    error, message: detail.message, details: [detail], timestamp: '2026-01-31T09:30:00.000Z', request_id: '6f1c2f0e-3c64-4a52-9a0b-0f3a4f1f2d11',
  };
}
