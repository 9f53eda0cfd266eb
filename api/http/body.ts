import type { Context } from 'koa';
import { bodyParser } from '@koa/bodyparser';
import { Fault } from '../../schemas/index.ts';

/** Deeper than any request of ours by far; walks over a body stay shallow. */
const deepest = 32;

const strictUtf8 = /^application\/(?:[\w.+-]+\+)?json\s*(?:;\s*charset="?utf-?8"?\s*)?$/i;

export interface BodyReader {
  read(ctx: Context): Promise<unknown>;
}

/**
 * JSON bodies up to a size. What comes out can be stored: no NUL, no lone surrogates, not deeply nested.
 * @throws Fault `unsupported_media_type`, `body_too_large`, `malformed_json`, `malformed_request`, `invalid_text`, `too_deep`
 */
export function createBodyReader(limitKb: number): BodyReader {
  const tooLarge = (): Fault => new Fault('body_too_large', `the body is larger than ${limitKb} KB`, { values: { limit_kb: limitKb } });
  const parse = bodyParser({
    enableTypes: ['json'],
    jsonLimit: `${limitKb}kb`,
    jsonStrict: false,
    detectJSON: () => true,
    onError(error) {
      const { status, type } = error as { status?: number; type?: string };
      if (status === 413 || type === 'entity.too.large') throw tooLarge();
      if (status === 415 || type === 'encoding.unsupported') throw unsupported();
      if (error instanceof SyntaxError) throw new Fault('malformed_json', 'the body is not valid JSON', { cause: error });
      throw new Fault('malformed_request', 'the body could not be read', { cause: error });
    },
  });
  return {
    async read(ctx) {
      const type = ctx.get('content-type');
      if (!strictUtf8.test(type) || !['', 'identity'].includes(ctx.get('content-encoding').toLowerCase())) throw unsupported();
      if (Number(ctx.get('content-length')) > limitKb * 1024) throw tooLarge();
      await parse(ctx, async () => undefined);
      if (typeof ctx.request.rawBody !== 'string' || ctx.request.rawBody.trim() === '') throw new Fault('malformed_json', 'the body is empty');
      const body: unknown = ctx.request.body;
      checkStorable(body);
      return body;
    },
  };
}

function unsupported(): Fault {
  return new Fault('unsupported_media_type', 'the body must be application/json in UTF-8');
}

/** Without recursion: the depth is what is being checked. */
function checkStorable(body: unknown): void {
  const open: { value: unknown; path: string; depth: number }[] = [{ value: body, path: '', depth: 0 }];
  for (let item = open.pop(); item !== undefined; item = open.pop()) {
    const { value, path, depth } = item;
    const field = path === '' ? 'body' : path;
    if (typeof value === 'string' && !isStorable(value)) throw notStorable(field);
    if (typeof value !== 'object' || value === null) continue;
    if (depth >= deepest) throw new Fault('too_deep', `${field} is nested deeper than ${deepest} levels`, { where: { field }, values: { limit: deepest } });
    for (const [key, inner] of Object.entries(value)) {
      if (!isStorable(key)) throw notStorable(field);
      // names as long as a screen help nobody
      open.push({ value: inner, path: (path === '' ? key : `${path}.${key}`).slice(0, 300), depth: depth + 1 });
    }
  }
}

function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

function notStorable(field: string): Fault {
  return new Fault('invalid_text', `${field} contains NUL or incomplete Unicode`, { where: { field } });
}
