/** The HTTP contract as OpenAPI. A face of its own: a browser that speaks the API does not need the document's generator. */
export { openApiDocument, type DocumentInfo, type OpenApiDocument } from './document.ts';
export { accessProblems, bodyProblems, commonProblems, problemsOf, type Operation, type OperationAnswer } from './operation.ts';
export { isProblemCode, problemKinds, type ProblemCode, type ProblemKind } from './problems.ts';
