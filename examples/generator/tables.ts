import type { Run } from './campaign.ts';
import type { Condition } from './conditions.ts';

/** Columns of an exported results table, in its order. */
export const resultColumns = [
  'id', 'バリ除去', '上面ダレ量', '側面ダレ量', '摩耗量', '切削力X', '切削力Y', '切削力Z', '面粗度(Ra)後', 'A13', 'A11', 'A21', 'A32', '直径', '材料',
  '回転速度', '送り速度', 'UPカット', '切込量', '突出量', '載せ率', '線材長', 'パス数', '加工時間', '面粗度(Ra)前', '実験日',
] as const;

/** The same columns, in the same order, for readers of English. */
export const englishResultColumns = [
  'id', 'burr_removed', 'top_sag', 'side_sag', 'wear', 'force_x', 'force_y', 'force_z', 'roughness_after', 'A13', 'A11', 'A21', 'A32', 'diameter', 'material',
  'speed', 'feed', 'up_cut', 'depth_of_cut', 'projection', 'load_ratio', 'wire_length', 'passes', 'machining_time', 'roughness_before', 'date',
] as const satisfies { readonly length: (typeof resultColumns)['length'] };

/** Columns of a candidate list (runs that could be made). */
export const candidateColumns = ['A13', 'A11', 'A21', 'A32', '回転速度', '送り速度', 'UPカット', '切込量', '突出量', '載せ率', 'パス数'] as const;

/** Columns of settings to decide: the dialog of a classification says what brush they are of. */
export const settingsColumns = ['回転速度', '送り速度', 'UPカット', '切込量', '突出量', '載せ率', 'パス数'] as const;

type Cell = number | string | null;

export interface CsvOptions {
  /** Byte order mark, which Excel needs to read UTF-8; default true */
  bom?: boolean;
  /** Language of the column names of a results table; default Japanese */
  headers?: 'ja' | 'en';
}

export function resultsCsv(runs: readonly Run[], options: CsvOptions = {}): string {
  return csv(options.headers === 'en' ? englishResultColumns : resultColumns, runs.map(resultRow), options);
}

export function candidatesCsv(conditions: Iterable<Condition>, options: CsvOptions = {}): string {
  const rows = Array.from(conditions, (c): Cell[] => [0, 1, 0, 0, c.speed, c.feed, c.upCut, c.depth.toFixed(1), c.projection, c.load, c.passes]);
  return csv(candidateColumns, rows, options);
}

export function settingsCsv(conditions: Iterable<Condition>, options: CsvOptions = {}): string {
  return csv(settingsColumns, Array.from(conditions, (c): Cell[] => [c.speed, c.feed, c.upCut, c.depth, c.projection, c.load, c.passes]), options);
}

/** Brush A11, Ø 15 mm, steel: the only ones the equations were fitted to. */
function resultRow({ id, condition: c, removed, topSag, sideSag, wear, instruments, date }: Run): Cell[] {
  const [x, y, z] = instruments?.forces ?? [];
  return [
    id, removed, topSag, sideSag, wear, x ?? null, y ?? null, z ?? null, instruments?.roughnessAfter ?? null, 0, 1, 0, 0, '15.0', 'Steel',
    c.speed, c.feed, c.upCut, c.depth.toFixed(1), c.projection, c.load, instruments?.wireLength ?? null, c.passes, machiningTime(c), instruments?.roughnessBefore ?? null, date,
  ];
}

/** 加工時間: seconds for 100 mm in one pass. */
function machiningTime({ feed }: Condition): number {
  return 100 / feed * 60;
}

function csv(header: readonly string[], rows: readonly (readonly Cell[])[], { bom = true }: CsvOptions): string {
  return (bom ? '\ufeff' : '') + [header, ...rows].map((row) => `${row.map((cell) => cell ?? '').join(',')}\n`).join('');
}
