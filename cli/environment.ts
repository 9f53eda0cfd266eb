import { Fault, languages, type Language } from '../schemas/index.ts';
import type { Environment, Variable } from '../platform/index.ts';

/** Variables of the command line; the names are those of the original's client (its FrontendConfig). */
export const clientVariables = {
  API_BASE_URL: { kind: 'text', fallback: null, help: 'Address of the API; default: the server of the directory, else http://127.0.0.1:8000' },
  ZEROSEC_TOKEN: { kind: 'secret', fallback: null, help: 'API key or access token' },
  STATUS_POLL_INTERVAL_SECONDS: { kind: 'number', fallback: 2, minimum: 0.05, maximum: 3600, help: 'Wait between two looks at a job where its event stream does not get through' },
  MAX_POLL_TIME_MINUTES: { kind: 'number', fallback: null, minimum: 0.001, maximum: 525_600, help: 'Longest wait for a job, which itself goes on; default: no limit' },
  REQUEST_TIMEOUT_SECONDS: { kind: 'number', fallback: 30, minimum: 0.1, maximum: 3600, help: 'Longest wait for one answer' },
  MAX_RETRIES: { kind: 'integer', fallback: 3, minimum: 0, maximum: 100, help: 'Further tries of a call that may be repeated' },
  ENABLE_PROGRESS_BAR: { kind: 'boolean', fallback: true, help: 'A bar on a terminal; false: lines' },
} as const satisfies Record<string, Variable>;

export interface ClientEnvironment {
  apiUrl: string | null;
  token: string | undefined;
  pollMs: number;
  waitMs: number | undefined;
  timeoutMs: number;
  maxRetries: number;
  progressBar: boolean;
}

/** @throws Fault `invalid_configuration` */
export function readClientEnvironment(environment: Environment): ClientEnvironment {
  const wait = numberOf('MAX_POLL_TIME_MINUTES', environment);
  return {
    apiUrl: environment['API_BASE_URL'] || null,
    token: environment['ZEROSEC_TOKEN'] || undefined,
    pollMs: (numberOf('STATUS_POLL_INTERVAL_SECONDS', environment) ?? 2) * 1000,
    waitMs: wait === null ? undefined : wait * 60_000,
    timeoutMs: (numberOf('REQUEST_TIMEOUT_SECONDS', environment) ?? 30) * 1000,
    maxRetries: numberOf('MAX_RETRIES', environment) ?? 3,
    progressBar: !/^(false|0|no|off)$/i.test(environment['ENABLE_PROGRESS_BAR'] ?? ''),
  };
}

function numberOf(name: 'STATUS_POLL_INTERVAL_SECONDS' | 'MAX_POLL_TIME_MINUTES' | 'REQUEST_TIMEOUT_SECONDS' | 'MAX_RETRIES', environment: Environment): number | null {
  const { fallback, minimum, maximum, kind } = clientVariables[name];
  const raw = environment[name];
  if (raw === undefined || raw === '') return fallback;
  const value = Number(raw);
  if (!Number.isFinite(value) || value < minimum || value > maximum || (kind === 'integer' && !Number.isInteger(value))) {
    const problem = `${name}: "${raw}" is not a number from ${minimum} to ${maximum}`;
    throw new Fault('invalid_configuration', `configuration: ${problem}`, { where: { field: name }, values: { problems: [problem] } });
  }
  return value;
}

/** The language asked for with --lang, else that of the locale when it is one of ours, else Japanese. */
export function languageOf(argv: readonly string[], environment: Environment): Language {
  const at = argv.findIndex((argument) => argument === '--lang' || argument.startsWith('--lang='));
  const asked = at < 0 ? undefined : argv[at] === '--lang' ? argv[at + 1] : argv[at]?.slice('--lang='.length);
  const locale = environment['LC_ALL'] || environment['LC_MESSAGES'] || environment['LANG'] || '';
  return languages.find((language) => language === asked) ?? languages.find((language) => locale.toLowerCase().startsWith(language)) ?? 'ja';
}
