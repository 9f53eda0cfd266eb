/** Who asks, and whether he may. */
export { access, accessOf, checkAccess } from './access.ts';
export { checkExposure, createAuthenticator, type Authenticator } from './authenticator.ts';
export { addressIdentity, defaultTenant, networkOf, type Identity } from './identity.ts';
export { newToken, type Token } from './token.ts';
