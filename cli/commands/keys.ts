import { Fault, type Role, type Scope } from '../../schemas/index.ts';
import { connect } from '../connect.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit.ts';
import { plain, table } from '../output/table.ts';
import type { ServerOptions } from './status.ts';

export const keyActions = ['list', 'create', 'revoke'] as const;

export interface KeysOptions extends ServerOptions {
  role: Role;
  scope: Scope[];
  /** 0: until it is revoked */
  days: number;
}

/** `zerosec keys`: keys of the caller's tenant. @throws Fault `missing_target` */
export async function keys(context: Context, action: (typeof keyActions)[number], target: string | undefined, options: KeysOptions): Promise<number> {
  const { speech } = context;
  if (action !== 'list' && target === undefined) throw new Fault('missing_target', `${action} needs a target`, { values: { action } });
  const { client } = await connect(context, options);
  if (action === 'create') {
    const { token, ...key } = await client.createKey({ name: target as string, role: options.role, scopes: options.scope.length === 0 ? null : options.scope, expires_in_days: options.days === 0 ? null : options.days });
    context.tell(speech.say('key_created', { name: key.name, role: key.role }));
    context.print(token);
    context.emit({ type: 'key', ...key, token });
  } else if (action === 'revoke') {
    const key = await client.revokeKey(target as string);
    context.print(speech.say('key_revoked', { key_id: key.key_id }));
    context.emit({ type: 'key', ...key });
  } else {
    const all = await client.keys();
    for (const key of all) context.emit({ type: 'key', ...key });
    const rows = all.map((key) => [key.key_id, plain(key.name), key.role, key.prefix, minute(key.expires_at), minute(key.last_used_at), minute(key.revoked_at)]);
    context.print(rows.length === 0 ? speech.say('no_keys') : table(['key', 'name', 'role', 'prefix', 'expires', 'used', 'revoked'].map((name) => speech.say(`column_${name}`)), rows, Array.from({ length: 7 }, () => true)));
  }
  return exitCodes.completed;
}

function minute(time: string | null): string {
  return time === null ? '–' : time.slice(0, 16).replace('T', ' ');
}
