import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { sha256 } from '../../client/index.ts';

test('the FIPS 180-4 example messages have their published digests', () => {
  const digest = (text: string) => {
    const hash = sha256();
    hash.update(new TextEncoder().encode(text));
    return hash.digest();
  };
  assert.equal(digest(''), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  assert.equal(digest('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  assert.equal(digest('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq'), '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1');
});

test('any cutting of any bytes gives the digest that Node computes', () => {
  fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 12 }), (chunks) => {
    const hash = sha256();
    for (const chunk of chunks) hash.update(chunk);
    return hash.digest() === createHash('sha256').update(Buffer.concat(chunks)).digest('hex');
  }), { numRuns: 200 });
});
