import JSZip from 'jszip';

const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** A workbook with one sheet made of `rows` (XML), written by hand so that a test can make it wrong. */
export async function minimalXlsx(rows: string, parts: { prolog?: string; styles?: string; sharedStrings?: string; after?: string; compression?: 'STORE' | 'DEFLATE'; date1904?: boolean } = {}): Promise<Buffer> {
  const zip = new JSZip();
  zip.file('_rels/.rels', `<Relationships><Relationship Id="r1" Type="${relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>`);
  zip.file('xl/workbook.xml', `<workbook xmlns="${main}" xmlns:r="${relations}"><workbookPr${parts.date1904 ? ' date1904="1"' : ''}/><sheets><sheet name="Sheet1" sheetId="1" r:id="r1"/></sheets></workbook>`);
  zip.file('xl/_rels/workbook.xml.rels', `<Relationships><Relationship Id="r1" Type="${relations}/worksheet" Target="worksheets/sheet1.xml"/>`
    + (parts.styles === undefined ? '' : `<Relationship Id="r2" Type="${relations}/styles" Target="/xl/styles.xml"/>`)
    + (parts.sharedStrings === undefined ? '' : `<Relationship Id="r3" Type="${relations}/sharedStrings" Target="sharedStrings.xml"/>`) + '</Relationships>');
  if (parts.styles !== undefined) zip.file('xl/styles.xml', `<styleSheet xmlns="${main}">${parts.styles}</styleSheet>`);
  if (parts.sharedStrings !== undefined) zip.file('xl/sharedStrings.xml', `<sst xmlns="${main}">${parts.sharedStrings}</sst>`);
  zip.file('xl/worksheets/sheet1.xml', `${parts.prolog ?? '<?xml version="1.0"?>'}<worksheet xmlns="${main}"><sheetData>${rows}</sheetData>${parts.after ?? ''}</worksheet>`);
  return zip.generateAsync({ type: 'nodebuffer', compression: parts.compression ?? 'STORE' });
}
