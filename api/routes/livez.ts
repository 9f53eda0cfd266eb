import { z } from 'zod';
import { route } from '../http/call.ts';

export const livez = route({
  method: 'get', path: '/livez', atRoot: true, operationId: 'getLiveness', tag: 'operations',
  summary: 'Whether the process answers',
  description: 'Says nothing about database, storage or queue: a restart would not mend those.',
  answers: { 200: { description: 'It does', schema: z.object({ status: z.literal('alive') }).meta({ id: 'Liveness' }) } },
  problems: [],
  async handle() {
    return { body: { status: 'alive' }, headers: { 'Cache-Control': 'no-store' } };
  },
});
