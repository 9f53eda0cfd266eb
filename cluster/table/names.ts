/** Spellings seen in real deburring files → the name of the quantity. Keys are folded by `fold`. */
const aliases = new Map<string, string>(Object.entries({
  '上面ダレ': '上面ダレ量', '上面気し量': '上面ダレ量',
  '側面ダレ': '側面ダレ量',
  '回転方向': 'UPカット', 'upカット': 'UPカット',
  '切込み量': '切込量', '切り込み量': '切込量',
  '突出し量': '突出量', '突き出し量': '突出量',
  '絞せ率': '載せ率', '載せ率': '載せ率',
  '切削時間': '加工時間',
  '粗度前': '面粗度前', '面粗度(ra)前': '面粗度前', '粗度(ra)前': '面粗度前',
  '粗度後': '面粗度後', '面粗度(ra)後': '面粗度後', '粗度(ra)後': '面粗度後',
  '切削力x': '切削力X', '切削力y': '切削力Y', '切削力z': '切削力Z',
  'a13': 'A13', 'a11': 'A11', 'a21': 'A21', 'a32': 'A32',
}));

const canonical = new Set(['実験日', 'バリ除去', '上面ダレ量', '側面ダレ量', '摩耗量', '面粗度前', '面粗度後', 'A13', 'A11', 'A21', 'A32', '直径', '材料', '線材長', '線材本数',
  '回転速度', '送り速度', 'UPカット', '切込量', '突出量', '載せ率', 'パス数', '加工時間', '切削力X', '切削力Y', '切削力Z']);

const materials = new Map<string, string>(Object.entries({
  steel: 'Steel', 'スチール': 'Steel', '鋼': 'Steel', '鉄': 'Steel',
  alumi: 'Alumi', alum: 'Alumi', aluminium: 'Alumi', aluminum: 'Alumi', 'アルミ': 'Alumi', 'アルミニウム': 'Alumi',
}));

/** The quantity a column name stands for, or the name itself; for recognising columns, never for renaming them. */
export function canonicalName(name: string): string {
  const tidy = name.normalize('NFKC').replace(/\s+/g, '');
  return aliases.get(tidy.toLowerCase()) ?? (canonical.has(tidy) ? tidy : name);
}

/** English names of the factors and of the success, as in examples/README.md. */
const english = new Map<string, string>(Object.entries({
  diameter: '直径', material: '材料', speed: '回転速度', feed: '送り速度', up_cut: 'UPカット', depth_of_cut: '切込量', projection: '突出量', load_ratio: '載せ率',
  wire_length: '線材長', wire_count: '線材本数', passes: 'パス数', burr_removed: 'バリ除去',
}));
const brushes = ['A13', 'A11', 'A21', 'A32'];

/**
 * As `canonicalName`, for the columns of one table. English names are anybody's ("speed", "feed" stand in any machining
 * table): they are taken for deburring quantities only in a table that has a column of a brush as well.
 */
export function canonicalNamesIn(names: readonly string[]): (name: string) => string {
  const hasBrush = names.some((name) => brushes.includes(canonicalName(name)));
  return (name) => (hasBrush ? english.get(name.normalize('NFKC').trim().toLowerCase().replace(/[\s-]+/g, '_')) : undefined) ?? canonicalName(name);
}

/** `Steel` or `Alumi` for their spellings, else the value itself. */
export function canonicalMaterial(value: string): string {
  return materials.get(value.normalize('NFKC').trim().toLowerCase()) ?? value;
}

/** Whether the name (or an alias of it) is a quantity of a deburring experiment. */
export function isKnownName(name: string): boolean {
  return canonical.has(canonicalName(name));
}

/** Running numbers. */
export const runningNumberName = /^(?:id|no\.?|nr\.?|№|#|index|idx|row|番号|連番|行番号|nº|n\.º|número)$/i;

/** Columns in which digits and letters mix by nature: what looks like a wrong number there is a code. */
export const codeName = /(?:^|[^a-z])(?:id|no|lot|code|serial|ticket|batch|sku|part)(?:[^a-z]|$)|番号|品番|型番|ロット|コード|記号|備考|メモ|comment|note|código|lote/i;
