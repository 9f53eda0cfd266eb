import type { Context } from 'koa';
import type { Role, Scope } from '../../schemas/index.ts';

/** Who asks, and what he may. */
export interface Identity {
  /** `key:<id>`, `sub:<subject>`, or without authentication `ip:<address>` */
  principal: string;
  /** whose rows are seen at all (row-level security) */
  tenant: string;
  role: Role;
  /** parts of the API; null: all that the role may */
  scopes: readonly Scope[] | null;
  /** owner of the rows that this caller makes; quotas and lists are per owner: a tenant, or without authentication an address */
  owner: string;
}

/** Tenant of everybody where nothing says another one. */
export const defaultTenant = 'default';

/** Without accounts a caller is an address, and may do everything. `ctx.ip` honours TRUST_PROXY (server.ts). */
export function addressIdentity(ctx: Pick<Context, 'ip'>): Identity {
  const principal = `ip:${networkOf(ctx.ip)}`;
  return { principal, tenant: defaultTenant, role: 'admin', scopes: null, owner: principal };
}

/** A member of a tenant: the tenant's jobs are everybody's in it. */
export function memberIdentity(member: Omit<Identity, 'owner'>): Identity {
  return { ...member, owner: `tenant:${member.tenant}` };
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
