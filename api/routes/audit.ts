import { auditListQuerySchema, auditListSchema } from '../../schemas/index.ts';
import { route } from '../http/call.ts';

export const listAudit = route({
  method: 'get', path: '/audit', operationId: 'listAudit', tag: 'admin',
  summary: 'Who did what in your tenant, newest first',
  description: 'Every request that changes something, every address handed out for a download, and every refusal for want of a role. Entries never change; each carries the hash of the one before it. Hand `next_cursor` in as `cursor` until it is null.',
  query: auditListQuerySchema,
  answers: { 200: { description: 'One page', schema: auditListSchema } },
  problems: [],
  async handle(call) {
    const { limit, cursor } = call.query;
    const entries = await call.services.platform.audit.list(limit + 1, cursor === undefined ? undefined : Number(cursor));
    const page = entries.slice(0, limit);
    return {
      body: {
        entries: page.map(({ at, ...entry }) => ({ ...entry, at: at.toISOString() })),
        next_cursor: entries.length > limit ? String(page.at(-1)?.seq) : null,
      },
    };
  },
});
