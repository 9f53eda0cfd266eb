import type { OptimizationDesign, OptimizationResult, StoredDesign } from '../../schemas/index.ts';
import { fileStemOf, listFolder } from './outputs.ts';

/** What the API keeps of the designs of a result. */
export function storedDesigns({ designs, factors, constants, model, parameters }: OptimizationResult): StoredDesign[] {
  const outputs = parameters['outputs'] as readonly string[];
  return designs.map((design): StoredDesign => ({
    id: design.id, name: design.name, criterion: design.criterion, partial: false, factors: factors.map(({ name }) => name), constants, rows: design.rows, run_order: design.run_order, model: model.columns,
    figures: figuresOf(design.criteria), search: design.search,
    paths: [`${listFolder}/${fileStemOf(design)}.csv`, ...(outputs.includes('workbook') ? [`${listFolder}/${fileStemOf(design)}.xlsx`] : [])],
  }));
}

/** The numbers among the criteria. */
function figuresOf(criteria: OptimizationDesign['criteria']): StoredDesign['figures'] {
  return Object.fromEntries(Object.entries(criteria).flatMap(([name, value]) => (typeof value === 'string' ? [] : [[name, value]])));
}
