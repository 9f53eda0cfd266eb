import { Fault } from '../../../schemas/index.ts';
import { parseDelimited, tableOf, type Table } from './table.ts';
import { readWorkbook } from './workbook.ts';

export interface LoadedFile {
  blob: Blob;
  name: string;
  /** null: a format that is read by the server only */
  table: Table | null;
  encoding: string | null;
}

const encodings = ['utf-8', 'shift_jis', 'euc-jp'] as const;

/** Reads what a user chose, for the preview; the job reads the file anew at the server. @throws Fault `ui_file_…` */
export async function readFile(blob: Blob, name: string): Promise<LoadedFile> {
  const extension = /\.(csv|tsv|txt|xlsx|xls)$/i.exec(name)?.[1]?.toLowerCase();
  if (extension === undefined) throw new Fault('ui_file_type', `${name} is no table`, { values: { name } });
  if (extension === 'xls') return { blob, name, table: null, encoding: null };
  let records: string[][];
  let encoding: string | null = null;
  try {
    if (extension === 'xlsx') records = await readWorkbook(blob);
    else {
      const decoded = decode(new Uint8Array(await blob.arrayBuffer()));
      encoding = decoded.encoding;
      records = parseDelimited(decoded.text);
    }
  } catch (error) {
    throw new Fault('ui_file_unreadable', `${name} cannot be read`, { values: { name, reason: (error as Error).message }, cause: error });
  }
  const table = tableOf(records);
  if (table.header.length === 0 || table.rows.length === 0) throw new Fault('ui_file_empty', `${name} holds no data`, { values: { name } });
  return { blob, name, table, encoding };
}

/** The first encoding of which the bytes are valid; a byte order mark decides. */
function decode(bytes: Uint8Array): { text: string; encoding: string } {
  const mark = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : undefined;
  if (bytes.includes(0) && mark === undefined) throw new Error('binary data');
  for (const encoding of mark === undefined ? encodings : [mark]) {
    try {
      return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes), encoding };
    } catch {
      continue;
    }
  }
  return { text: new TextDecoder('windows-1252').decode(bytes), encoding: 'windows-1252' };
}
