import { KernelError } from '../../errors.ts';
import type { Ensemble } from '../ensemble.ts';

/** A node of a model file; children are indices into the file's own numbering. */
export interface FileNode { left: number; right: number; feature: number; threshold: number; flags: number; value: number; gain: number; cover: number; rows: number }

type Arrays = Pick<Ensemble, 'roots' | 'left' | 'feature' | 'threshold' | 'flags' | 'value' | 'gain' | 'cover' | 'rows'>;

/** Trees with any numbering to flat arrays with siblings side by side. `node(tree, id)` reads one; `root` is where a tree begins. Throws kernel_shape on a cycle or a missing node. */
export function flatten(trees: number, nodesOf: (tree: number) => { root: number; count: number; node: (id: number) => FileNode | undefined }): Arrays {
  const roots = [0];
  const all: FileNode[] = [];
  for (let tree = 0; tree < trees; tree++) {
    const { root, count, node } = nodesOf(tree);
    const first = all.length;
    const read = (id: number): FileNode => {
      const found = node(id);
      if (found === undefined || all.length - first > count) throw new KernelError('kernel_shape', `tree ${tree} refers to node ${id}, which is not a node of its own`, { tree, node: id });
      return { ...found };
    };
    all.push(read(root));
    for (let i = first; i < all.length; i++) {
      const here = all[i] as FileNode;
      if (here.left === NONE) continue;
      const children = all.length - first;
      all.push(read(here.left), read(here.right));
      here.left = children;
    }
    roots.push(all.length);
  }
  const column = (name: keyof FileNode): number[] => all.map((one) => one[name]);
  return {
    roots: Int32Array.from(roots), left: Int32Array.from(all, (one) => (one.left === NONE ? -1 : one.left)), feature: Int32Array.from(column('feature')), threshold: Float64Array.from(column('threshold')),
    flags: Uint8Array.from(column('flags')), value: Float64Array.from(column('value')), gain: Float64Array.from(column('gain')), cover: Float64Array.from(column('cover')), rows: Int32Array.from(column('rows')),
  };
}

/** `left` of a leaf. */
export const NONE = -2147483648;
