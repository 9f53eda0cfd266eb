import type { OptimizationDesign } from '../../schemas/index.ts';
import type { DesignSpace, Point } from '../design/index.ts';

/** A design before it is judged. */
export interface MadeDesign {
  name: string;
  criterion: OptimizationDesign['criterion'];
  space: DesignSpace;
  /** new rows, coded in the factors of the space */
  points: Point[];
  search: OptimizationDesign['search'];
  construction: OptimizationDesign['construction'];
  /** where the blocks or whole plots of the space come from */
  assigned?: 'searched' | 'afterwards' | 'given';
}
