import type { FaultValues, JobEvent } from '../../schemas/index.ts';
import type { Speech } from '../text.ts';
import { fit, plain } from './table.ts';

/** Where a command tells how far it is. Texts go to stderr: stdout is for results. */
export interface Progress {
  /** @param share 0–1 of this step */
  step(code: string, share: number): void;
  event(event: JobEvent): void;
  /** a line that stays */
  line(text: string): void;
  /** leaves the terminal as it was found */
  end(): void;
}

const widestBar = 24;

export function createProgress(options: { speech: Speech; bar: boolean; silent: boolean; stream?: NodeJS.WriteStream }): Progress {
  const stream = options.stream ?? process.stderr;
  if (options.silent) return { step: () => undefined, event: () => undefined, line: () => undefined, end: () => undefined };
  return options.bar && stream.isTTY ? new Bar(stream, options.speech) : new Lines(stream, options.speech);
}

class Bar implements Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #speech: Speech;
  #drawn = false;
  #percent = 0;

  constructor(stream: NodeJS.WriteStream, speech: Speech) {
    this.#stream = stream;
    this.#speech = speech;
  }

  step(code: string, share: number): void {
    this.#draw(share * 100, this.#speech.say(code));
  }

  event(event: JobEvent): void {
    if (event.notice !== null) this.line(plain(this.#speech.notice(event.notice)));
    this.#percent = Math.max(this.#percent, event.percent); // polled and streamed reports may cross
    this.#draw(this.#percent, describe(event, this.#speech));
  }

  line(text: string): void {
    this.end();
    this.#stream.write(`${text}\n`);
  }

  end(): void {
    if (this.#drawn) this.#stream.write('\r\x1b[K');
    this.#drawn = false;
  }

  #draw(percent: number, text: string): void {
    const columns = this.#stream.columns || 80;
    const width = Math.min(widestBar, Math.floor(columns / 4)); // the text matters more
    const full = Math.round((percent / 100) * width);
    const line = `${'█'.repeat(full)}${'░'.repeat(width - full)} ${String(Math.floor(percent)).padStart(3)} %  ${text}`;
    this.#stream.write(`\r\x1b[K${fit(line, columns - 1)}`);
    this.#drawn = true;
  }
}

/** For pipes and logs: a line for each new stage. */
class Lines implements Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #speech: Speech;
  #last = '';

  constructor(stream: NodeJS.WriteStream, speech: Speech) {
    this.#stream = stream;
    this.#speech = speech;
  }

  step(code: string, share: number): void {
    if (share >= 1) this.#tell(code, this.#speech.say(code));
  }

  event(event: JobEvent): void {
    if (event.notice !== null) this.line(plain(this.#speech.notice(event.notice)));
    // a line stands for the whole stage (of one design, where there are several), so it has no counters
    const design = event.values['design'];
    this.#tell(`${event.attempt} ${event.stage ?? event.state} ${String(design)}`, `${String(event.percent).padStart(3)} %  ${describe({ ...event, values: design === undefined ? {} : { design } }, this.#speech)}`);
  }

  line(text: string): void {
    this.#stream.write(`${text}\n`);
  }

  end(): void {
    this.#last = '';
  }

  #tell(key: string, text: string): void {
    if (key === this.#last) return;
    this.#last = key;
    this.#stream.write(`${text}\n`);
  }
}

function describe(event: JobEvent, speech: Speech): string {
  return plain(speech.stage(event.stage, event.state, event.values as FaultValues));
}
