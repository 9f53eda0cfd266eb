import { z } from 'zod';

/** zod twin of schemas/notice.ts. */
export const noticeSchema = z.object({
  code: z.string(),
  severity: z.enum(['info', 'warning']),
  where: z.object({ field: z.string().optional(), column: z.string().optional(), row: z.int().optional() }).optional(),
  values: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string()).readonly()])).readonly().optional(),
});
