import { checkCredential, hmac, parseAmzDate, sameText, SignatureError, signingKey, type Credentials } from '../signature.ts';
import { S3Error } from './errors.ts';

/** Size limits that the policy sets on the file, bytes, both inclusive. */
export interface LengthRange {
  minimum: number;
  maximum: number;
}

/**
 * Checks the policy of a POST upload: signature, expiry, every condition, and that every field has one.
 * @param fields by lower-case name, `bucket` included
 * @throws S3Error AccessDenied, InvalidArgument; SignatureError SignatureDoesNotMatch, InvalidAccessKeyId, RequestTimeTooSkewed
 */
export function checkPolicy(fields: ReadonlyMap<string, string>, options: { credentials: Credentials; region: string; now: number }): LengthRange {
  const field = (name: string): string => {
    const value = fields.get(name);
    if (value === undefined) throw name === 'policy' ? new S3Error('AccessDenied', 'Anonymous access is forbidden.') : new S3Error('InvalidArgument', `Bucket POST must contain a field named '${name}'.`);
    return value;
  };
  const text = field('policy');
  if (field('x-amz-algorithm') !== 'AWS4-HMAC-SHA256') throw new S3Error('InvalidArgument', 'x-amz-algorithm must be AWS4-HMAC-SHA256.');
  const date = field('x-amz-date');
  if (parseAmzDate(date) === undefined) throw new S3Error('InvalidArgument', 'x-amz-date must be in the ISO8601 form yyyyMMddTHHmmssZ.');
  const scope = checkCredential(field('x-amz-credential'), date, { ...options, service: 's3' }, (message) => new SignatureError('InvalidArgument', message, 400));
  const expected = hmac(signingKey(options.credentials.secretAccessKey, scope), text).toString('hex');
  if (!sameText(expected, field('x-amz-signature'))) throw new SignatureError('SignatureDoesNotMatch', 'The request signature we calculated does not match the signature you provided.');
  return checkConditions(decode(text), fields, options.now);
}

interface Policy {
  expiration: unknown;
  conditions: unknown[];
}

function decode(text: string): Policy {
  try {
    const policy = JSON.parse(Buffer.from(text, 'base64').toString()) as Partial<Policy>;
    if (typeof policy.expiration === 'string' && Array.isArray(policy.conditions)) return policy as Policy;
  } catch {
    // falls through
  }
  throw invalid('Invalid JSON.');
}

const invalid = (reason: string): S3Error => new S3Error('AccessDenied', `Invalid according to Policy: ${reason}`);
const exempt = new Set(['x-amz-signature', 'file', 'policy', 'bucket']);

function checkConditions(policy: Policy, fields: ReadonlyMap<string, string>, now: number): LengthRange {
  // A date that cannot be read is NaN and fails like one that is past.
  if (!(Date.parse(String(policy.expiration)) >= now)) throw invalid('Policy expired.');
  const covered = new Set<string>();
  let range: LengthRange = { minimum: 0, maximum: Infinity };
  for (const condition of policy.conditions) {
    for (const [operator, operand, value] of normalise(condition)) {
      if (operator === 'content-length-range') {
        range = { minimum: Math.max(range.minimum, Number(operand)), maximum: Math.min(range.maximum, Number(value)) };
        if (Number.isNaN(range.minimum + range.maximum)) throw invalid('Invalid content-length-range.');
        continue;
      }
      const name = String(operand).replace(/^\$/, '').toLowerCase();
      const given = fields.get(name) ?? '';
      covered.add(name);
      const holds = operator === 'eq' ? given === String(value) : operator === 'starts-with' && given.startsWith(String(value));
      if (!holds) throw invalid(`Policy Condition failed: ${JSON.stringify([operator, operand, value])}`);
    }
  }
  const extra = [...fields.keys()].filter((name) => !covered.has(name) && !exempt.has(name) && !name.startsWith('x-ignore-'));
  if (extra.length > 0) throw invalid(`Extra input fields: ${extra.join(', ')}`);
  if (!covered.has('bucket')) throw invalid('Policy does not name the bucket.');
  return range;
}

/** `{a: b}` means `["eq", "$a", b]`. */
function normalise(condition: unknown): [operator: string, operand: unknown, value: unknown][] {
  if (Array.isArray(condition) && condition.length === 3) return [[String(condition[0]).toLowerCase(), condition[1], condition[2]]];
  if (condition !== null && typeof condition === 'object' && !Array.isArray(condition)) return Object.entries(condition).map(([name, value]) => ['eq', `$${name}`, value]);
  throw invalid('Invalid condition.');
}
