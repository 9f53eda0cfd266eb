/** A raw export: pointers in bytes, sizes in elements. Documented in kernels/assembly/, called only by the bindings. */
export type Kernel = (...sizesAndPointers: number[]) => number;
