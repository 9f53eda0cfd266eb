/** What kernels return. Keep in step with kernels/assembly/status.ts. */
export const STATUS_OK = 0;
export const STATUS_NON_FINITE = 1;
/** A design whose rows cannot estimate every term. */
export const STATUS_SINGULAR = 2;
