import { randomInt } from 'node:crypto';
import { createServer, type Server } from 'node:net';

export const loopback = '127.0.0.1';

/** Below the ephemeral ranges of Linux (32768), macOS and Windows (49152): outgoing connections never take such a port, so it is still free at the next start. */
const firstPort = 20_000;
const endPort = 32_000;
const tries = 50;

function candidates(preferred: number | undefined): number[] {
  const random = Array.from({ length: tries }, () => randomInt(firstPort, endPort));
  return preferred === undefined ? random : [preferred, ...random];
}

/** Listens on loopback at the preferred port, or at another one when that is taken. @returns the port */
export async function listenOnLoopback(server: Server, preferred?: number): Promise<number> {
  for (const port of candidates(preferred)) {
    if (await listens(server, port)) return port;
  }
  throw new Error(`no free port on ${loopback}`);
}

/** @returns the preferred port when nothing listens there, or another free one */
export async function freePort(preferred?: number): Promise<number> {
  const probe = createServer();
  const port = await listenOnLoopback(probe, preferred);
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

function listens(server: Server, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => {
      server.off('listening', succeeded);
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false);
      else reject(error);
    };
    const succeeded = (): void => {
      server.off('error', failed);
      resolve(true);
    };
    server.once('error', failed).once('listening', succeeded).listen(port, loopback);
  });
}
