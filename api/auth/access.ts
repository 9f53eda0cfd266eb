import { Fault, roles, type Role } from '../../schemas/index.ts';
import type { Operation } from '../../schemas/openapi/index.ts';
import type { Identity } from './identity.ts';

/** The least role of each endpoint, by operationId; `public`: no token is asked for. The only place that says so. */
export const access: Readonly<Record<string, Role | 'public'>> = {
  getHealth: 'public', getLiveness: 'public', getReadiness: 'public', getOpenApi: 'public', getDocs: 'public', getSignIn: 'public',

  getSchemas: 'viewer', getIdentity: 'viewer',
  getUpload: 'viewer',
  listJobs: 'viewer', getJob: 'viewer', getJobStatus: 'viewer', streamJobEvents: 'viewer', getJobLog: 'viewer',
  listArtifacts: 'viewer', presignDownload: 'viewer', listPredictions: 'viewer', getPredictions: 'viewer', listPredictionRows: 'viewer',
  listDesigns: 'viewer', getDesign: 'viewer', listDesignRows: 'viewer', listDesignResults: 'viewer',

  presignUpload: 'analyst', createUpload: 'analyst', completeUpload: 'analyst',
  createJob: 'analyst', cancelJob: 'analyst', retryJob: 'analyst', deleteJob: 'analyst',

  getMetrics: 'operator',

  createKey: 'admin', listKeys: 'admin', revokeKey: 'admin', listAudit: 'admin',
};

/** @throws Error at the start for an endpoint that the table forgot: nothing is open by accident */
export function accessOf({ operationId }: Pick<Operation, 'operationId'>): Role | 'public' {
  const needed = access[operationId];
  if (needed === undefined) throw new Error(`api/auth/access.ts does not say who may use ${operationId}`);
  return needed;
}

/** @throws Fault `forbidden`, `out_of_scope` */
export function checkAccess(identity: Identity, operation: Pick<Operation, 'operationId' | 'tag'>, needed: Role): void {
  if (roles.indexOf(identity.role) < roles.indexOf(needed)) {
    throw new Fault('forbidden', `${operation.operationId} needs the role ${needed}`, { values: { needed, role: identity.role } });
  }
  if (identity.scopes !== null && operation.operationId !== 'getIdentity' && !identity.scopes.includes(operation.tag)) {
    throw new Fault('out_of_scope', `the key is not for ${operation.tag}`, { values: { scope: operation.tag, scopes: identity.scopes } });
  }
}
