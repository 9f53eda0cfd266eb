/** The used rows of the input, all columns, in the order of `result.rows`: plain data, so that it can go to a thread. */
export interface TableExtract {
  columns: {
    name: string;
    /** `date`: ms since the epoch, UTC */
    kind: 'number' | 'text' | 'date';
    values: readonly (number | string | null)[];
  }[];
}
