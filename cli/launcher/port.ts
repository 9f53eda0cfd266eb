import { createServer } from 'node:net';
import { Fault } from '../../schemas/index.ts';

/** Ports tried after a busy default one. */
const tries = 100;

/**
 * A port to listen on: `port` when it is free (0: any), else the next free one, unless it was asked for explicitly.
 * @throws Fault `port_busy`
 */
export async function choosePort(host: string, port: number, explicit: boolean): Promise<number> {
  for (let candidate = port; candidate < Math.min(port + tries, 65_536); candidate += 1) {
    const free = await tryPort(host, candidate);
    if (free !== undefined) return free;
    if (explicit) break;
  }
  throw new Fault('port_busy', `port ${port} of ${host} is in use`, { values: { host, port } });
}

function tryPort(host: string, port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(undefined);
      else reject(new Fault('address_unusable', `${host}: ${error.message}`, { values: { host, reason: error.code ?? error.message } }));
    });
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : port));
    });
  });
}
