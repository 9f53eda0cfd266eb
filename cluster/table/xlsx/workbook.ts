import { Fault } from '../../../schemas/index.ts';
import { isDateFormat } from './date-format.ts';
import { attribute, parseXml, type XmlHandler } from './xml.ts';
import { malformed, type Zip } from './zip.ts';

export interface Sheet { name: string; part: string; hidden: boolean }

export interface Workbook {
  sheets: Sheet[];
  from1904: boolean;
  /** per cell style: whether its number format shows a date */
  dateStyles: boolean[];
  sharedStrings: string[];
}

/**
 * Everything beside the sheets (ECMA-376 part 1, 18.2, 18.4, 18.8).
 * @throws Fault `binary_file` for another zip archive, `xls_not_supported` for a binary workbook
 */
export async function readWorkbook(zip: Zip, mostTexts: number): Promise<Workbook> {
  if (zip.has('xl/workbook.bin')) throw new Fault('xls_not_supported', 'binary workbooks (xlsb) are not read; save the workbook as xlsx', {});
  const root = zip.has('_rels/.rels') ? await relationships(zip, '_rels/.rels', '') : new Map<string, Relationship>();
  const main = [...root.values()].find(({ type }) => type.endsWith('/officeDocument'))?.part ?? 'xl/workbook.xml';
  if (!zip.has(main) || !/workbook[^/]*\.xml$/i.test(main)) throw new Fault('binary_file', 'the archive is not a workbook', { values: { format: 'zip' } });
  const folder = main.slice(0, main.lastIndexOf('/') + 1);
  const relationsPart = `${folder}_rels/${main.slice(folder.length)}.rels`;
  const relations = zip.has(relationsPart) ? await relationships(zip, relationsPart, folder) : new Map<string, Relationship>();
  const sheets: Sheet[] = [];
  let from1904 = false;
  await parse(zip, main, {
    open: (name, tag) => {
      if (name === 'workbookPr') from1904 = /^(?:1|true)$/.test(attribute(tag, 'date1904') ?? '');
      if (name !== 'sheet') return;
      const relation = relations.get(attribute(tag, '\\w+:id') ?? '');
      if (relation === undefined) throw malformed('a sheet has no part');
      if (relation.type.endsWith('/worksheet')) sheets.push({ name: attribute(tag, 'name') ?? '', part: relation.part, hidden: (attribute(tag, 'state') ?? 'visible') !== 'visible' });
    },
  });
  const part = (type: string): string | undefined => [...relations.values()].find((relation) => relation.type.endsWith(type) && zip.has(relation.part))?.part;
  const styles = part('/styles');
  const strings = part('/sharedStrings');
  return {
    sheets, from1904,
    dateStyles: styles === undefined ? [] : await dateStyles(zip, styles),
    sharedStrings: strings === undefined ? [] : await sharedStrings(zip, strings, mostTexts),
  };
}

interface Relationship { type: string; part: string }

async function relationships(zip: Zip, part: string, folder: string): Promise<Map<string, Relationship>> {
  const found = new Map<string, Relationship>();
  await parse(zip, part, {
    open: (name, tag) => {
      if (name !== 'Relationship') return;
      const target = attribute(tag, 'Target') ?? '';
      found.set(attribute(tag, 'Id') ?? '', { type: attribute(tag, 'Type') ?? '', part: target.startsWith('/') ? target.slice(1) : resolve(folder, target) });
    },
  });
  return found;
}

function resolve(folder: string, target: string): string {
  const path: string[] = [];
  for (const step of (folder + target).split('/')) {
    if (step === '..') path.pop();
    else if (step !== '.') path.push(step);
  }
  return path.join('/');
}

async function dateStyles(zip: Zip, part: string): Promise<boolean[]> {
  const formats = new Map<number, string>();
  const styles: boolean[] = [];
  let inCellFormats = false;
  await parse(zip, part, {
    open: (name, tag) => {
      if (name === 'numFmt') formats.set(Number(attribute(tag, 'numFmtId')), attribute(tag, 'formatCode') ?? '');
      else if (name === 'cellXfs') inCellFormats = true;
      else if (name === 'xf' && inCellFormats) {
        const id = Number(attribute(tag, 'numFmtId') ?? 0);
        styles.push(isDateFormat(id, formats.get(id)));
      }
    },
    close: (name) => {
      if (name === 'cellXfs') inCellFormats = false;
    },
  });
  return styles;
}

/** Rich text is joined; the reading aids (`rPh`, furigana) are not part of the text. */
async function sharedStrings(zip: Zip, part: string, most: number): Promise<string[]> {
  const strings: string[] = [];
  let current = '';
  let inText = false;
  let inReading = false;
  await parse(zip, part, {
    open: (name) => {
      if (name === 'si') current = '';
      else if (name === 't') inText = true;
      else if (name === 'rPh') inReading = true;
    },
    text: (text) => {
      if (inText && !inReading) current += text;
    },
    close: (name) => {
      if (name === 'si') {
        if (strings.push(current) > most) throw new Fault('too_many_texts', `more than ${most} different texts`, { values: { limit: most } });
      } else if (name === 't') inText = false;
      else if (name === 'rPh') inReading = false;
    },
  });
  return strings;
}

async function parse(zip: Zip, part: string, handler: Partial<XmlHandler>): Promise<void> {
  const nothing = (): void => undefined;
  await parseXml(zip.pieces(part), { open: nothing, close: nothing, text: nothing, ...handler });
}
