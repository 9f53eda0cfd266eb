import { z } from 'zod';
import { availableJobTypes, inputSchemas, jobTypes, jobTypeSchema, parameterSchemas, type JobType } from '../../schemas/index.ts';
import { route } from '../http/call.ts';

const answer = z.object({
  job_types: z.array(z.object({
    job_type: jobTypeSchema,
    available: z.boolean().meta({ description: 'Whether this version can run it' }),
    parameters: z.record(z.string(), z.unknown()).meta({ description: 'JSON Schema (2020-12) of `parameters`' }),
    inputs: z.record(z.string(), z.unknown()).meta({ description: 'JSON Schema (2020-12) of `inputs`' }),
  })),
}).meta({ id: 'Schemas' });

/** The named schema itself at the top, what it refers to below `$defs`. */
function jsonSchemaOf(jobType: JobType): object {
  const { $schema, $ref, $defs = {}, ...rest } = z.toJSONSchema(parameterSchemas[jobType], { io: 'input' });
  const name = $ref?.slice('#/$defs/'.length) ?? '';
  const { [name]: root = {}, ...others } = $defs;
  return { $schema, ...rest, ...root, ...(Object.keys(others).length > 0 ? { $defs: others } : {}) };
}

const body = { job_types: jobTypes.map((jobType) => ({ job_type: jobType, available: availableJobTypes.includes(jobType), parameters: jsonSchemaOf(jobType), inputs: z.toJSONSchema(inputSchemas[jobType], { io: 'input' }) })) };

export const schemas = route({
  method: 'get', path: '/schemas', operationId: 'getSchemas', tag: 'jobs',
  summary: 'Parameters and further inputs of each job type as JSON Schema',
  answers: { 200: { description: 'One schema per job type', schema: answer } },
  problems: [],
  async handle() {
    return { body, headers: { 'Cache-Control': 'public, max-age=300' } };
  },
});
