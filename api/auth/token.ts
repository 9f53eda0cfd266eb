import { createHash, randomBytes } from 'node:crypto';

const tokenBytes = 32;
const shownCharacters = 12;
const shape = /^zsk_[\w-]{43}$/;

export interface Token {
  /** to be shown once */
  token: string;
  prefix: string;
  sha256: Buffer;
}

/** A new API key: 256 random bits behind a mark by which scanners for secrets know it. */
export function newToken(): Token {
  const token = `zsk_${randomBytes(tokenBytes).toString('base64url')}`;
  return { token, prefix: token.slice(0, shownCharacters), sha256: hashOf(token) };
}

export function isApiKey(token: string): boolean {
  return shape.test(token);
}

export function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
