import { z } from 'zod';
import { availableJobTypes, jobTypes, jobTypeSchema, parameterSchemas } from '../../schemas/index.ts';
import { route } from '../http/call.ts';

const answer = z.object({
  job_types: z.array(z.object({
    job_type: jobTypeSchema,
    available: z.boolean().meta({ description: 'Whether this version can run it' }),
    parameters: z.record(z.string(), z.unknown()).meta({ description: 'JSON Schema (2020-12) of `parameters`' }),
  })),
}).meta({ id: 'Schemas' });

const body = { job_types: jobTypes.map((jobType) => ({ job_type: jobType, available: availableJobTypes.includes(jobType), parameters: z.toJSONSchema(parameterSchemas[jobType], { io: 'input' }) })) };

export const schemas = route({
  method: 'get', path: '/schemas', operationId: 'getSchemas', tag: 'jobs',
  summary: 'Parameters of each job type as JSON Schema',
  answers: { 200: { description: 'One schema per job type', schema: answer } },
  problems: [],
  async handle() {
    return { body, headers: { 'Cache-Control': 'public, max-age=300' } };
  },
});
