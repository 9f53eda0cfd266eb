/**
 * The one error type that crosses a border of the system. `code` is stable and is the key of the text catalogue
 * (schemas/text); `where` names the offending field, row and column so that a user can mend the input.
 * Anything that is not a Fault is a bug: it is logged whole and shown to the user only as `internal_error`.
 */
export interface FaultWhere {
  /** request or parameter field, e.g. `parameters.cv_splits` */
  field?: string;
  /** column name as it stands in the file */
  column?: string;
  /** 1-based row in the file, header included (the number a spreadsheet shows) */
  row?: number;
}

/** Values for the placeholders of the catalogue text, e.g. `{limit}`. */
export type FaultValues = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** Who has to act. `user`: mend the input; `transient`: try again; `oom`, `timeout`: resources; `bug`: us. */
export type FaultClass = 'user' | 'transient' | 'oom' | 'timeout' | 'bug';

export interface FaultJson {
  code: string;
  class: FaultClass;
  message: string;
  where?: FaultWhere;
  values?: FaultValues;
}

export class Fault extends Error {
  readonly code: string;
  readonly class: FaultClass;
  readonly where: FaultWhere;
  readonly values: FaultValues;

  /** @param message English, for logs and for a client that has no catalogue; the user's text is made from code + values. */
  constructor(code: string, message: string, options: { class?: FaultClass; where?: FaultWhere; values?: FaultValues; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Fault';
    this.code = code;
    this.class = options.class ?? 'user';
    this.where = options.where ?? {};
    this.values = options.values ?? {};
  }

  /** The same fault, said of this field: what a check shared by several fields found. */
  at(field: string): Fault {
    return new Fault(this.code, `${field}: ${this.message}`, { class: this.class, where: { ...this.where, field }, values: this.values, cause: this });
  }

  /** Plain data: custom fields of an Error do not survive a thread or process border. */
  toJSON(): FaultJson {
    const json: FaultJson = { code: this.code, class: this.class, message: this.message };
    if (Object.keys(this.where).length > 0) json.where = this.where;
    if (Object.keys(this.values).length > 0) json.values = this.values;
    return json;
  }

  static fromJSON(json: FaultJson): Fault {
    return new Fault(json.code, json.message, { class: json.class, where: json.where, values: json.values });
  }
}
