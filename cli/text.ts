import { FaultList, type Fault, type FaultValues, type Language, type Notice } from '../schemas/index.ts';
import * as texts from '../schemas/text/index.ts';

/** Every catalogue there is; ours first. */
const catalogues: readonly texts.Catalogue[] = [texts.cliText, ...Object.entries(texts)
  .filter(([name]) => name.endsWith('Text') && name !== 'cliText' && name !== 'renderText')
  .map(([, catalogue]) => catalogue as texts.Catalogue)];

/** Texts of one language. */
export class Speech {
  readonly language: Language;

  constructor(language: Language) {
    this.language = language;
  }

  say(code: string, values: FaultValues = {}): string {
    return texts.renderText(catalogues, this.language, code, values);
  }

  knows(code: string): boolean {
    return catalogues.some((catalogue) => Object.hasOwn(catalogue[this.language], code));
  }

  /** One line a problem: the user's text of its code, or the English message with the code where there is no text yet. */
  fault(fault: Fault): string {
    const faults = fault instanceof FaultList ? fault.faults : [fault];
    return faults.map(({ code, message, where, values }) => {
      const all = { ...where, ...values };
      const text = this.knows(code) ? this.say(code, all) : `${message} [${code}]`;
      const places = [where.field, where.column, where.row === undefined ? undefined : `#${where.row}`].filter((place) => place !== undefined && !text.includes(place));
      return places.length === 0 ? text : `${places.join(' ')}: ${text}`;
    }).join('\n');
  }

  notice(notice: Notice): string {
    const values = { ...notice.where, ...notice.values };
    return `${this.say(notice.severity === 'warning' ? 'notice' : 'info')}: ${this.say(notice.code, values)}`;
  }

  /** What a job is doing now, e.g. "Cross-validation 3/5". A counter the event does not carry is left out. */
  stage(stage: string | null, state: string, values: FaultValues): string {
    const code = stage === null ? `state_${state}` : `stage_${stage}`;
    return this.say(code, values).replace(/\s*[（(][^（()）]*\{\w+\}[^（()）]*[）)]/g, '').replace(/[\s（(/]*\{\w+\}[^\s]*/g, '').trim();
  }
}
