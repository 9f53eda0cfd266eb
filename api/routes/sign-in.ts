import { identitySchema, signInSchema } from '../../schemas/index.ts';
import { route } from '../http/call.ts';

export const getSignIn = route({
  method: 'get', path: '/auth', operationId: 'getSignIn', tag: 'operations',
  summary: 'How to get a token for this server',
  answers: { 200: { description: 'What the server accepts', schema: signInSchema } },
  problems: [],
  async handle(call) {
    const { AUTH_MODE: mode, OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_AUDIENCE: audience } = call.services.platform.config;
    const oidc = mode === 'oidc' ? { issuer, client_id: clientId, audience } : null;
    return { body: { mode, oidc }, headers: { 'Cache-Control': 'public, max-age=300' } };
  },
});

export const getIdentity = route({
  method: 'get', path: '/me', operationId: 'getIdentity', tag: 'operations',
  summary: 'Who you are here',
  answers: { 200: { description: 'Principal, tenant and role', schema: identitySchema } },
  problems: [],
  async handle(call) {
    const { principal, tenant, role, scopes } = call.identity;
    return { body: { principal, tenant, role, scopes } };
  },
});
