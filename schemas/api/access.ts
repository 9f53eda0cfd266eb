import { z } from 'zod';

/** From least to most: each may what the ones before it may. */
export const roles = ['viewer', 'analyst', 'operator', 'admin'] as const;
export type Role = (typeof roles)[number];

/** What a key may be narrowed to: the parts of the API. */
export const scopes = ['uploads', 'jobs', 'results', 'operations', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** Longest life of a key, days. */
const longestLife = 3650;

const roleSchema = z.enum(roles).meta({ id: 'Role', description: 'viewer: reads; analyst: also uploads and runs jobs; operator: also metrics; admin: also keys and the audit log' });

export const createKeyRequestSchema = z.strictObject({
  name: z.string().trim().min(1).max(200).meta({ description: 'What the key is for' }),
  role: roleSchema,
  scopes: z.array(z.enum(scopes)).min(1).max(scopes.length).nullable().default(null).meta({ description: 'Parts of the API that the key is for; null: all that the role may' }),
  expires_in_days: z.number().positive().max(longestLife).nullable().default(90).meta({ description: 'null: until it is revoked' }),
}).meta({ id: 'CreateKeyRequest' });

export const apiKeySchema = z.object({
  key_id: z.uuid(),
  name: z.string(),
  role: roleSchema,
  scopes: z.array(z.enum(scopes)).nullable(),
  prefix: z.string().meta({ description: 'First characters of the token' }),
  created_by: z.string(),
  created_at: z.iso.datetime(),
  expires_at: z.iso.datetime().nullable(),
  last_used_at: z.iso.datetime().nullable().meta({ description: 'To the minute' }),
  revoked_at: z.iso.datetime().nullable(),
}).meta({ id: 'ApiKey' });

export const createKeyResponseSchema = apiKeySchema.extend({
  token: z.string().meta({ description: 'Shown this once; only its SHA-256 is stored' }),
}).meta({ id: 'CreateKeyResponse' });

export const apiKeyListSchema = z.object({ keys: z.array(apiKeySchema) }).meta({ id: 'ApiKeyList' });

export const identitySchema = z.object({
  principal: z.string().meta({ description: '`key:…`, `sub:…` or, without authentication, `ip:…`' }),
  tenant: z.string(),
  role: roleSchema,
  scopes: z.array(z.enum(scopes)).nullable(),
}).meta({ id: 'Identity' });

export const signInSchema = z.object({
  mode: z.enum(['none', 'api_key', 'oidc']),
  oidc: z.object({ issuer: z.string(), client_id: z.string().nullable(), audience: z.string() }).nullable().meta({ description: 'For the authorization code flow with PKCE' }),
}).meta({ id: 'SignIn' });

export const auditListQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  cursor: z.string().regex(/^\d{1,15}$/).optional(),
});

export const auditEntrySchema = z.object({
  seq: z.int().meta({ description: 'Numbered without gaps' }),
  at: z.iso.datetime(),
  actor: z.string(),
  role: z.string(),
  action: z.string().meta({ description: 'operationId' }),
  object: z.string().nullable(),
  status: z.int(),
  ip: z.string().nullable(),
  request_id: z.string(),
  details: z.record(z.string(), z.unknown()),
  hash: z.string().meta({ description: 'SHA-256 over the entry and the hash of the one before it' }),
}).meta({ id: 'AuditEntry' });

export const auditListSchema = z.object({ entries: z.array(auditEntrySchema), next_cursor: z.string().nullable() }).meta({ id: 'AuditList' });
