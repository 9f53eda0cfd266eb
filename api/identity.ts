import type { Context } from 'koa';

/** Who asks. The one place to change when there are accounts: everything else only compares owners. */
export interface Identity {
  /** owner of the rows that this caller makes; quotas, limits and lists are per owner */
  owner: string;
}

/** Until there are accounts a caller is an address. `ctx.ip` honours TRUST_PROXY (server.ts). */
export function identityOf(ctx: Pick<Context, 'ip'>): Identity {
  return { owner: `ip:${networkOf(ctx.ip)}` };
}

/**
 * Whether a caller may use a job or upload whose id it knows. Ids are random (122 bits) and listed only to their owner, so
 * the id is the key: an address changes between upload and result (a laptop that is carried to another network).
 */
export function mayUse(_identity: Identity, _row: { owner: string }): boolean {
  return true;
}

/** IPv4 as it is, also when mapped into IPv6; the loopback addresses as one; of IPv6 the /64, which is what one site has. */
export function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '').replace(/%.*$/, '');
  if (plain === '::1') return '127.0.0.1';
  if (!plain.includes(':')) return plain;
  const [head = '', tail] = plain.toLowerCase().split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array.from({ length: gap }, () => '0'), ...after];
  return `${groups.slice(0, 4).map((group) => group.replace(/^0+(?=.)/, '')).join(':')}::/64`;
}
