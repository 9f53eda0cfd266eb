import { readinessResponseSchema } from '../../schemas/index.ts';
import { route } from '../http/call.ts';

export const readyz = route({
  method: 'get', path: '/readyz', atRoot: true, operationId: 'getReadiness', tag: 'operations',
  summary: 'Whether jobs can be taken now',
  description: 'Asks the database, its migrations, both buckets and the queue, two seconds each at most.',
  answers: {
    200: { description: 'Ready', schema: readinessResponseSchema },
    503: { description: 'Not ready: see `checks`', schema: readinessResponseSchema },
  },
  problems: [],
  async handle(call) {
    const checks = await call.services.readiness.checks();
    const ready = Object.values(checks).every((check) => check.ok) && !call.services.closing.aborted;
    return { status: ready ? 200 : 503, body: { status: ready ? 'ready' : 'not_ready', checks }, headers: { 'Cache-Control': 'no-store' } };
  },
});
