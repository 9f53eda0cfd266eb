import { z } from 'zod';

const where = z.object({ field: z.string().optional(), column: z.string().optional(), row: z.int().optional() });

export const problemDetailSchema = z.object({
  code: z.string().meta({ description: 'Stable; the key of the ja/en/es text catalogue' }),
  message: z.string(),
  where: where.optional(),
  values: z.record(z.string(), z.unknown()).optional(),
}).meta({ id: 'ProblemDetail' });
export type ProblemDetail = z.infer<typeof problemDetailSchema>;

/** RFC 9457 problem, with the fields of the original's error envelope (error, message, details, timestamp). */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  instance: z.string(),
  code: z.string(),
  errors: z.array(problemDetailSchema),
  error: z.string(),
  message: z.string(),
  details: z.array(problemDetailSchema),
  timestamp: z.iso.datetime(),
  request_id: z.string(),
}).meta({ id: 'Problem' });
export type Problem = z.infer<typeof problemSchema>;
