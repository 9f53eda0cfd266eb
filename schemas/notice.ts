import type { FaultValues, FaultWhere } from './fault.ts';

/**
 * Something the user should know about a result that is valid all the same: rows dropped, exact duplicates, an aliased
 * term, an option that fell back. Never prose only: `code` is the key of the text catalogue.
 */
export interface Notice {
  code: string;
  severity: 'info' | 'warning';
  where?: FaultWhere;
  values?: FaultValues;
}
