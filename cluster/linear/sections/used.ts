import type { LinearSections } from '../../../schemas/index.ts';
import type { FittedModel } from '../fitted-model.ts';

export function used({ used: rows, missing }: Pick<FittedModel, 'used' | 'missing'>): LinearSections['used'] {
  return { rows_used: rows.length, rows_missing: missing.rows, missing_by: [...missing.by].map(([column, count]) => ({ column, count })) };
}
