import { chmodSync, readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

export interface Account {
  uid: number;
  gid: number;
}

const nobody: Account = { uid: 65_534, gid: 65_534 };

/**
 * PostgreSQL refuses to run as root, so root hands it to another account: the owner of the cluster when there is one,
 * else the system's `postgres`, else `nobody`. @returns null when this process is not root
 */
export function serverAccount(cluster: string): Account | null {
  if (process.getuid?.() !== 0) return null;
  const owner = statSync(cluster, { throwIfNoEntry: false });
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return knownAccount('postgres') ?? knownAccount('nobody') ?? nobody;
}

function knownAccount(name: string): Account | undefined {
  try {
    const fields = readFileSync('/etc/passwd', 'utf8').split('\n').map((line) => line.split(':')).find((line) => line[0] === name);
    return fields === undefined ? undefined : { uid: Number(fields[2]), gid: Number(fields[3]) };
  } catch {
    return undefined;
  }
}

/** Lets the server's account pass through a directory of ours (not list it), where this process is root. What is private in it has a mode of its own. */
export function letServerPass(directory: string): void {
  const { mode } = statSync(directory);
  if (process.getuid?.() === 0 && (mode & 1) === 0) chmodSync(directory, mode | 1);
}

/** Whether the account may enter every folder on the way to `path` (plain permission bits). */
export function canReach(path: string, account: Account): boolean {
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    const found = statSync(folder, { throwIfNoEntry: false });
    if (found !== undefined) {
      const shift = found.uid === account.uid ? 6 : found.gid === account.gid ? 3 : 0;
      if (((found.mode >> shift) & 1) === 0) return false;
    }
    if (folder === dirname(folder)) return true;
  }
}
