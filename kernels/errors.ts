/** What may be wrong with a kernel call. Codes are stable; the text is for developers, users get theirs from the code. */
export type KernelErrorCode =
  | 'kernels_not_built'
  | 'kernels_stale'
  | 'kernel_memory_exhausted'
  | 'kernel_memory_limit'
  | 'kernel_shape'
  | 'no_rows'
  | 'non_finite_input'
  | 'kernel_domain';

/** The one error of this room. `values` holds the numbers a message needs (bytes asked for, column, row …). */
export class KernelError extends Error {
  readonly code: KernelErrorCode;
  readonly values: Readonly<Record<string, number | string>>;

  constructor(code: KernelErrorCode, message: string, values: Record<string, number | string> = {}) {
    super(message);
    this.name = 'KernelError';
    this.code = code;
    this.values = values;
  }
}
