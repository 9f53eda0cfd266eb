/** HTTP status and name (the `error` field of the original's envelope) of every code that the API answers with. */
export interface ProblemKind {
  status: number;
  error: string;
}

const kind = (status: number, error: string): ProblemKind => ({ status, error });

export const problemKinds = {
  malformed_json: kind(400, 'BadRequestError'),
  malformed_request: kind(400, 'BadRequestError'),
  invalid_id: kind(400, 'BadRequestError'),
  invalid_formula: kind(400, 'BadRequestError'),
  unauthenticated: kind(401, 'UnauthorizedError'),
  invalid_token: kind(401, 'UnauthorizedError'),
  token_expired: kind(401, 'UnauthorizedError'),
  forbidden: kind(403, 'ForbiddenError'),
  out_of_scope: kind(403, 'ForbiddenError'),
  no_role: kind(403, 'ForbiddenError'),
  unknown_tenant: kind(403, 'ForbiddenError'),
  storage_quota: kind(403, 'ForbiddenError'),
  unknown_path: kind(404, 'NotFoundError'),
  job_not_found: kind(404, 'NotFoundError'),
  upload_not_found: kind(404, 'NotFoundError'),
  artifact_not_found: kind(404, 'NotFoundError'),
  predictions_not_found: kind(404, 'NotFoundError'),
  design_not_found: kind(404, 'NotFoundError'),
  key_not_found: kind(404, 'NotFoundError'),
  target_not_found: kind(404, 'NotFoundError'),
  method_not_allowed: kind(405, 'MethodNotAllowedError'),
  request_timeout: kind(408, 'TimeoutError'),
  job_exists: kind(409, 'ConflictError'),
  job_unfinished: kind(409, 'ConflictError'),
  upload_incomplete: kind(409, 'ConflictError'),
  upload_mismatch: kind(409, 'ConflictError'),
  idempotency_mismatch: kind(409, 'ConflictError'),
  request_in_progress: kind(409, 'ConflictError'),
  upload_expired: kind(410, 'GoneError'),
  body_too_large: kind(413, 'PayloadTooLargeError'),
  parameters_too_large: kind(413, 'PayloadTooLargeError'),
  upload_too_large: kind(413, 'PayloadTooLargeError'),
  unsupported_media_type: kind(415, 'UnsupportedMediaTypeError'),
  invalid_value: kind(422, 'ValidationError'),
  missing_value: kind(422, 'ValidationError'),
  invalid_cursor: kind(422, 'ValidationError'),
  invalid_idempotency_key: kind(422, 'ValidationError'),
  unknown_name: kind(422, 'ValidationError'),
  unknown_name_nearest: kind(422, 'ValidationError'),
  invalid_filename: kind(422, 'ValidationError'),
  invalid_text: kind(422, 'ValidationError'),
  too_deep: kind(422, 'ValidationError'),
  input_mismatch: kind(422, 'ValidationError'),
  job_type_unavailable: kind(422, 'ValidationError'),
  rate_limited: kind(429, 'TooManyRequestsError'),
  too_many_jobs: kind(429, 'TooManyRequestsError'),
  headers_too_large: kind(431, 'BadRequestError'),
  internal_error: kind(500, 'InternalError'),
  database_unavailable: kind(503, 'ServiceUnavailableError'),
  storage_unavailable: kind(503, 'ServiceUnavailableError'),
  identity_provider_unavailable: kind(503, 'ServiceUnavailableError'),
  shutting_down: kind(503, 'ServiceUnavailableError'),
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof problemKinds;

export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(problemKinds, code);
}
