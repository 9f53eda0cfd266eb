import { z } from 'zod';
import { route } from '../http/call.ts';

export const openapi = route({
  method: 'get', path: '/openapi.json', atRoot: true, operationId: 'getOpenApi', tag: 'operations',
  summary: 'This document',
  answers: { 200: { description: 'OpenAPI 3.1', schema: z.looseObject({ openapi: z.string() }).meta({ id: 'OpenApi' }) } },
  problems: [],
  async handle(call) {
    return { body: call.services.document(), headers: { 'Cache-Control': 'public, max-age=300' } };
  },
});
