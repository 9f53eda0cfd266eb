import { route } from '../http/call.ts';

export const metrics = route({
  method: 'get', path: '/metrics', atRoot: true, operationId: 'getMetrics', tag: 'operations',
  summary: 'Prometheus metrics',
  answers: { 200: { description: 'Metrics of this process and counts of the database', contentType: 'text/plain; version=0.0.4' } },
  problems: [],
  async handle(call) {
    const { metrics: registry } = call.services;
    return { body: await registry.text(), type: registry.contentType, headers: { 'Cache-Control': 'no-store' } };
  },
});
