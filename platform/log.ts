import { pino, type Logger } from 'pino';
import type { Config } from './config/config.ts';

export type { Logger } from 'pino';

/** The original's names for levels, which operators have in their environment files. */
const levelNames: Readonly<Record<string, string>> = { warning: 'warn', critical: 'fatal' };

/** A logger for one process; children carry job_id, attempt and trace_id. Secrets never reach it: only ids and codes are logged. */
export function createLogger(config: Pick<Config, 'LOG_LEVEL' | 'LOG_FORMAT'>, process_: string): Logger {
  const level = config.LOG_LEVEL.toLowerCase();
  return pino({
    level: levelNames[level] ?? level,
    base: { process: process_, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: ['*.password', '*.RDS_PASSWORD', '*.authorization', 'headers.authorization', 'headers.cookie'], censor: '[redacted]' },
    ...(config.LOG_FORMAT === 'pretty' ? { transport: { target: 'pino-pretty', options: { translateTime: 'SYS:HH:MM:ss.l', ignore: 'pid' } } } : {}),
  }, ...(config.LOG_FORMAT === 'pretty' ? [] : [pino.destination({ dest: 2, sync: false })]));
}
