import type { Kernel } from '../kernel.ts';

/** What kernels/assembly/gram/index.ts exports. */
export interface GramExports {
  readonly gram: Kernel;
  readonly gramWorkspace: Kernel;
  readonly cholesky: Kernel;
}
