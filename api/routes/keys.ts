import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { apiKeyListSchema, apiKeySchema, createKeyRequestSchema, createKeyResponseSchema, Fault } from '../../schemas/index.ts';
import { newToken } from '../auth/index.ts';
import { route } from '../http/call.ts';
import { showKey } from '../presentation.ts';

const keyParams = z.object({ key_id: z.uuid().toLowerCase().meta({ description: 'Id of the key' }) });
const mostShown = 1000;
const daySeconds = 86_400;

export const createKey = route({
  method: 'post', path: '/keys', operationId: 'createKey', tag: 'admin',
  summary: 'Make an API key of your tenant',
  description: 'The token is shown in this answer only: what is stored is its SHA-256. To rotate a key make a new one, put it in place, and revoke the old one.',
  body: createKeyRequestSchema,
  bodyExample: { name: 'night run', role: 'analyst', expires_in_days: 90 },
  answers: { 201: { description: 'The key with its token', schema: createKeyResponseSchema } },
  problems: [],
  async handle(call) {
    const { name, role, scopes, expires_in_days: days } = call.body;
    const { token, prefix, sha256 } = newToken();
    const key = await call.services.platform.apiKeys.create({
      key_id: randomUUID(), name, role, scopes, prefix, token_sha256: sha256, created_by: call.identity.principal, tenant_id: call.identity.tenant,
      expires_in: days === null ? null : days * daySeconds,
    });
    return { status: 201, body: { ...showKey(key), token }, audit: { object: key.key_id, details: { name, role, scopes, expires_in_days: days } } };
  },
});

export const listKeys = route({
  method: 'get', path: '/keys', operationId: 'listKeys', tag: 'admin',
  summary: 'List the API keys of your tenant, newest first',
  answers: { 200: { description: 'The keys, without their tokens', schema: apiKeyListSchema } },
  problems: [],
  async handle(call) {
    return { body: { keys: (await call.services.platform.apiKeys.list(mostShown)).map(showKey) } };
  },
});

export const revokeKey = route({
  method: 'post', path: '/keys/{key_id}/revoke', operationId: 'revokeKey', tag: 'admin',
  summary: 'Revoke an API key',
  description: 'From the next request on, in every process. May be repeated.',
  params: keyParams,
  answers: { 200: { description: 'The key', schema: apiKeySchema } },
  problems: ['key_not_found'],
  async handle(call) {
    const key = await call.services.platform.apiKeys.revoke(call.params.key_id);
    if (key === undefined) throw new Fault('key_not_found', `key ${call.params.key_id} not found`, { values: { key_id: call.params.key_id } });
    return { body: showKey(key) };
  },
});
