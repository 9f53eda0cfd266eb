/**
 * Every environment variable of the system: name, kind, default, who reads it, what it does. docs/configuration.md is
 * generated from this list and a test proves that nothing else is read. Names that the original had (spec backend.md §4)
 * are kept; unlike there, each one has an effect.
 */
export type VariableKind = 'text' | 'secret' | 'integer' | 'number' | 'boolean' | 'list';

export interface Variable {
  kind: VariableKind;
  /** undefined: required; null: optional without a default */
  fallback?: string | number | boolean | readonly string[] | null;
  minimum?: number;
  maximum?: number;
  choices?: readonly string[];
  help: string;
}

const text = (fallback: string, help: string, choices?: readonly string[]) => ({ kind: 'text', fallback, help, choices }) as const;
const required = (help: string) => ({ kind: 'text', fallback: undefined, help }) as const;
const optional = (help: string) => ({ kind: 'text', fallback: null, help }) as const;
const optionalSecret = (help: string) => ({ kind: 'secret', fallback: null, help }) as const;
const integer = (fallback: number, minimum: number, maximum: number, help: string) => ({ kind: 'integer', fallback, minimum, maximum, help }) as const;
const number = (fallback: number, minimum: number, maximum: number, help: string) => ({ kind: 'number', fallback, minimum, maximum, help }) as const;
const flag = (fallback: boolean, help: string) => ({ kind: 'boolean', fallback, help }) as const;
const list = (fallback: readonly string[], help: string) => ({ kind: 'list', fallback, help }) as const;

export const variables = {
  // storage
  S3_INPUTS_BUCKET: required('Bucket of uploaded tables'),
  S3_OUTPUTS_BUCKET: required('Bucket of results'),
  S3_REGION: text('ap-northeast-1', 'AWS region of S3 and SQS'),
  S3_ENDPOINT: optional('S3 endpoint other than AWS; the embedded default sets it'),
  S3_PUBLIC_ENDPOINT: optional('Endpoint written into presigned URLs when clients reach the storage under another address'),
  S3_FORCE_PATH_STYLE: flag(false, 'Bucket in the path instead of the host name'),
  PRESIGNED_URL_EXPIRATION: integer(3600, 30, 604_800, 'Life of a presigned URL, seconds'),
  MAX_UPLOAD_SIZE_MB: integer(100, 1, 5_000, 'Largest table accepted, MB'),
  // queue
  SQS_QUEUE_URL: required('Queue of jobs'),
  SQS_DLQ_URL: optional('Dead-letter queue; its messages mark their jobs as failed'),
  SQS_ENDPOINT: optional('SQS endpoint other than AWS; the embedded default sets it'),
  SQS_VISIBILITY_TIMEOUT: integer(900, 5, 43_200, 'Seconds a received message stays hidden; renewed while the job runs'),
  SQS_WAIT_TIME_SECONDS: integer(20, 0, 20, 'Long poll, seconds'),
  AWS_TIMEOUT_SECONDS: number(30, 0.1, 3600, 'A request to S3 or SQS that stands still for so long (SQS: beyond the long poll) is given up and tried again, seconds'),
  AWS_ROLE_ARN: optional('Role to assume for S3 and SQS'),
  AWS_ACCESS_KEY_ID: optional('Access key, where there is no task role; the embedded default makes one'),
  AWS_SECRET_ACCESS_KEY: optionalSecret('Secret of the access key'),
  AWS_SESSION_TOKEN: optionalSecret('Session token of a temporary access key'),
  // database
  RDS_HOST: required('PostgreSQL host'),
  RDS_PORT: integer(5432, 1, 65_535, 'PostgreSQL port'),
  RDS_DATABASE: text('zerosec_db', 'Database'),
  RDS_USERNAME: required('Role'),
  RDS_AUTH: text('password', 'password: RDS_PASSWORD; iam: tokens of the task role, made for each connection', ['password', 'iam']),
  RDS_PASSWORD: optionalSecret('Password of the role; required with RDS_AUTH=password'),
  RDS_APP_ROLE: optional('Login role that `zerosec migrate` makes for API and workers, which log in with RDS_AUTH=iam; null: none'),
  RDS_SSL_MODE: text('verify-full', 'disable: loopback only; require: encrypted, server not verified; verify-full: encrypted and verified', ['disable', 'require', 'verify-full']),
  RDS_SSL_ROOT_CERT: optional('File with the certificate authority of the database (the RDS bundle)'),
  RDS_POOL_SIZE: integer(10, 1, 200, 'Connections per process'),
  RDS_STATEMENT_TIMEOUT_SECONDS: integer(30, 1, 3600, 'A statement that takes longer is cancelled by the server'),
  // api
  API_HOST: text('0.0.0.0', 'Address to listen on; the embedded default listens on 127.0.0.1'),
  API_PORT: integer(8000, 0, 65_535, 'Port to listen on; 0 takes a free one'),
  API_VERSION: text('v1', 'Version in the path: /api/{version}/…'),
  AUTH_MODE: text('none', 'Who may use the API. none: whoever reaches it, so only on a loopback address; api_key: holders of a key (`zerosec keys`); oidc: also holders of an access token of OIDC_ISSUER', ['none', 'api_key', 'oidc']),
  AUTH_NONE_ON_NETWORK: flag(false, 'Says that AUTH_MODE=none is meant on an address that others reach, because something in front authenticates'),
  OIDC_ISSUER: optional('Issuer of access tokens (JWT), as in their `iss`; its keys are found by /.well-known/openid-configuration'),
  OIDC_AUDIENCE: optional('Audience that access tokens must name'),
  OIDC_CLIENT_ID: optional('Public client of the desktop program (authorization code with PKCE), told by /auth'),
  OIDC_TENANT_CLAIM: optional('Claim that names the tenant; null: everybody belongs to the tenant `default`'),
  OIDC_ROLES_CLAIM: text('roles', 'Claim with roles or groups; dots lead into objects'),
  OIDC_ROLE_MAP: list([], 'group=role pairs (viewer, analyst, operator, admin); empty: the claim holds roles themselves'),
  TENANT_STORAGE_MB: integer(0, 0, 1_000_000_000, 'Stored uploads and results per tenant, MB; 0: no limit. A tenant may have a limit of its own'),
  METRICS_LOG: flag(false, 'Write the backlog into the log once a minute in CloudWatch\'s embedded metric format, for the autoscaler'),
  WORK_SECONDS_PER_TASK: integer(600, 1, 86_400, 'Work that the autoscaler gives to one worker task, seconds; in METRICS_LOG a job counts for at most so much, because one task runs it'),
  CORS_ORIGINS: list([], 'Origins a browser may call from, comma separated; * allows any, without credentials'),
  RATE_LIMIT_ENABLED: flag(true, 'Answer 429 when a key, a person or an address asks too often'),
  RATE_LIMIT_PER_MINUTE: integer(600, 1, 10_000_000, 'Requests per minute and key, person or address'),
  MAX_BODY_KB: integer(1024, 1, 10_240, 'Largest request body, KB'),
  REQUEST_TIMEOUT_SECONDS: integer(30, 1, 3600, 'A request that takes longer to arrive is dropped; event streams are not concerned'),
  MAX_JOBS_PER_USER: integer(10, 1, 10_000_000, 'Unfinished jobs per client address, with authentication per tenant; more are answered with 429. A tenant may have a limit of its own'),
  JOB_RETENTION_DAYS: integer(30, 1, 36_500, 'Finished jobs, their events and files are deleted after so many days'),
  ORPHAN_SWEEP_HOURS: number(24, 0, 8760, 'Objects in both buckets that no row speaks of are looked for and deleted so often, hours; the first time a tenth of that after the start; 0: never'),
  TRUST_PROXY: flag(false, 'Take the client address from X-Forwarded-For (behind a load balancer)'),
  // worker
  WORKER_ID: optional('Name of this worker in leases and logs; null makes one from host and process'),
  WORKER_CONCURRENCY: integer(1, 1, 64, 'Jobs at once, each in a process of its own'),
  WORKER_THREADS: integer(0, 0, 256, 'Threads of the pool in a job process; 0 takes the number of cores'),
  WORKER_JOBS_PER_PROCESS: integer(200, 1, 1_000_000, 'A job process is replaced after so many jobs'),
  WORKER_POLL_INTERVAL: integer(5, 1, 300, 'Seconds between sweeps for lost leases, stuck jobs and expired uploads'),
  MAX_PROCESSING_TIME_MINUTES: number(60, 0.01, 10_080, 'Deadline of one attempt, minutes'),
  PROGRESS_UPDATE_INTERVAL: number(0.25, 0.01, 60, 'Least time between two stored progress reports of a job, seconds'),
  MAX_RETRIES: integer(3, 0, 100, 'Further attempts after a transient failure'),
  RETRY_BACKOFF_SECONDS: number(30, 0, 3600, 'Wait before the second attempt; doubles with each further one, with jitter'),
  JOB_LEASE_SECONDS: integer(30, 2, 3600, 'A job whose worker has not renewed its lease for so long is given to another one'),
  TEMP_DIR: optional('Scratch space of running jobs; null takes zerosec below the system\'s'),
  CLEANUP_TEMP_ON_SUCCESS: flag(true, 'Remove the scratch files of a completed job'),
  CLEANUP_TEMP_ON_FAILURE: flag(false, 'Remove the scratch files of a failed job; false keeps them as evidence for a day'),
  MEMORY_LIMIT_MB: integer(4096, 256, 1_048_576, 'Memory of one job process; predicted before the start and watched while it runs'),
  MEMORY_CHECK_INTERVAL: number(1, 0.1, 60, 'Seconds between two looks at the memory of a job process'),
  SHUTDOWN_GRACE_SECONDS: integer(100, 1, 7200, 'On SIGTERM running jobs may finish for so long, then they are handed back to the queue'),
  ECS_AGENT_URI: optional('Set by ECS: endpoint of task protection'),
  WORKER_METRICS_PORT: integer(0, 0, 65_535, 'Port of /metrics, /livez and /readyz of a worker process; 0: none'),
  WORKER_METRICS_HOST: text('127.0.0.1', 'Address that WORKER_METRICS_PORT listens on'),
  WORKER_COST_PER_HOUR: number(0, 0, 1_000_000, 'What an hour of a worker task costs, in any currency; shared by its jobs, for the cost of a job in log and metrics. 0: not told'),
  // traces
  OTEL_EXPORTER_OTLP_ENDPOINT: optional('Collector of OpenTelemetry traces (OTLP over HTTP, without /v1/traces); null: no traces'),
  OTEL_EXPORTER_OTLP_HEADERS: optionalSecret('Headers for the collector, key=value pairs, comma separated'),
  OTEL_TRACES_SAMPLER_ARG: number(1, 0, 1, 'Share of traces kept, chosen by their ids; a caller that sends `traceparent` with the flag 00 is not traced'),
  // log
  LOG_LEVEL: text('info', 'Least level written', ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent', 'TRACE', 'DEBUG', 'INFO', 'WARN', 'WARNING', 'ERROR', 'CRITICAL']),
  LOG_FORMAT: text('json', 'json: one object a line on standard error, which ECS hands to CloudWatch; pretty: for people', ['json', 'pretty']),
} as const satisfies Record<string, Variable>;

export type VariableName = keyof typeof variables;
