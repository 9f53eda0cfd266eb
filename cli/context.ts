import { createHash } from 'node:crypto';
import type { Hash } from '../client/index.ts';
import { ZerosecClient } from '../client/index.ts';
import { readClientEnvironment, type ClientEnvironment } from './environment.ts';
import type { Environment } from '../platform/index.ts';
import { Speech } from './text.ts';
import type { Language } from '../schemas/index.ts';

/** What every command has: its language, its settings, and where its output goes. */
export class Context {
  readonly speech: Speech;
  readonly #environment: Environment;
  #settings: ClientEnvironment | undefined;
  /** true: stdout carries JSON lines and nothing else */
  json = false;

  constructor(language: Language, environment: Environment) {
    this.speech = new Speech(language);
    this.#environment = environment;
  }

  /** Read when a client command asks: a service has variables of the same names with other bounds. @throws Fault `invalid_configuration` */
  get settings(): ClientEnvironment {
    return (this.#settings ??= readClientEnvironment(this.#environment));
  }

  /** @param token default: ZEROSEC_TOKEN */
  client(baseUrl: string, token?: string): ZerosecClient {
    const { timeoutMs, maxRetries } = this.settings;
    return new ZerosecClient({ baseUrl, token: token ?? this.settings.token, language: this.speech.language, timeoutMs, maxRetries, createHash: nativeHash });
  }

  /** For people: silent with --json. */
  print(text: string): void {
    if (!this.json) process.stdout.write(`${text}\n`);
  }

  /** For people, beside the result. */
  tell(text: string): void {
    if (!this.json) process.stderr.write(`${text}\n`);
  }

  /** For programs: silent without --json. */
  emit(line: Record<string, unknown>): void {
    if (this.json) process.stdout.write(`${JSON.stringify(line)}\n`);
  }
}

function nativeHash(): Hash {
  const hash = createHash('sha256');
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest('hex') };
}
