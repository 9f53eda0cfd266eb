import { healthResponseSchema } from '../../schemas/index.ts';
import { route } from '../http/call.ts';

export const health = route({
  method: 'get', path: '/health', atRoot: true, operationId: 'getHealth', tag: 'operations',
  summary: 'Health as the original told it',
  description: '200 also when unhealthy, as existing clients expect. Probes use /livez and /readyz.',
  answers: { 200: { description: 'Health', schema: healthResponseSchema } },
  problems: [],
  async handle(call) {
    const connected = await call.services.readiness.databaseConnected();
    return { body: { status: connected ? 'healthy' : 'unhealthy', timestamp: new Date().toISOString(), version: call.services.version, database_connected: connected }, headers: { 'Cache-Control': 'no-store' } };
  },
});
