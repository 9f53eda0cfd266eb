import { z } from 'zod';

export const healthResponseSchema = z.object({
  status: z.enum(['healthy', 'unhealthy']),
  timestamp: z.iso.datetime(),
  version: z.string(),
  database_connected: z.boolean(),
}).meta({ id: 'Health' });

export const readinessResponseSchema = z.object({
  status: z.enum(['ready', 'not_ready']),
  checks: z.record(z.string(), z.object({ ok: z.boolean(), ms: z.number(), error: z.string().nullable() })),
}).meta({ id: 'Readiness' });
