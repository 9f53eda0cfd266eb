// Health check of the container image. An api answers /livez; a worker has no port: it ends by itself when it cannot go on, so
// that process 1 exists says all there is to say.
import { readFileSync } from 'node:fs';

const command = readFileSync('/proc/1/cmdline', 'utf8').split('\0').slice(1).find((word) => /^[a-z]+$/.test(word));
if (command === 'api') {
  const answer = await fetch(`http://127.0.0.1:${process.env.API_PORT || 8000}/livez`).catch(() => undefined);
  process.exitCode = answer?.ok ? 0 : 1;
}
