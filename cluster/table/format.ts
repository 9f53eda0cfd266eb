import { Fault } from '../../schemas/index.ts';

const signatures: readonly [name: string, bytes: readonly number[]][] = [
  ['PNG', [0x89, 0x50, 0x4e, 0x47]], ['JPEG', [0xff, 0xd8, 0xff]], ['GIF', [0x47, 0x49, 0x46, 0x38]], ['PDF', [0x25, 0x50, 0x44, 0x46]],
  ['gzip', [0x1f, 0x8b]], ['7z', [0x37, 0x7a, 0xbc, 0xaf]], ['RAR', [0x52, 0x61, 0x72, 0x21]], ['zstd', [0x28, 0xb5, 0x2f, 0xfd]], ['xz', [0xfd, 0x37, 0x7a, 0x58]],
  ['ELF', [0x7f, 0x45, 0x4c, 0x46]], ['Parquet', [0x50, 0x41, 0x52, 0x31]], ['SQLite', [0x53, 0x51, 0x4c, 0x69, 0x74, 0x65, 0x20, 0x66]], ['HDF5', [0x89, 0x48, 0x44, 0x46]],
  ['Arrow', [0x41, 0x52, 0x52, 0x4f, 0x57, 0x31]], ['WebAssembly', [0x00, 0x61, 0x73, 0x6d]],
];
const OLE = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/**
 * What the content is, whatever the file is called.
 * @throws Fault `empty_file`, `xls_not_supported`, `encrypted_workbook`, `binary_file`, `markup_file`
 */
export function formatOf(file: Buffer): 'csv' | 'xlsx' {
  if (file.length === 0) throw new Fault('empty_file', 'the file is empty', {});
  const starts = (bytes: readonly number[]): boolean => bytes.every((byte, index) => file[index] === byte);
  if (starts([0x50, 0x4b, 0x03, 0x04]) || starts([0x50, 0x4b, 0x05, 0x06])) return 'xlsx';
  if (starts(OLE)) {
    // An encrypted workbook is an OLE container with a stream of this name (MS-OFFCRYPTO 2.3).
    const encrypted = file.includes(Buffer.from('EncryptedPackage', 'utf16le'));
    if (encrypted) throw new Fault('encrypted_workbook', 'the workbook is encrypted', {});
    throw new Fault('xls_not_supported', 'the old xls format is not read; save the workbook as xlsx', {});
  }
  // BIFF2–5 without a container.
  if (file[0] === 0x09 && [0x00, 0x02, 0x04, 0x08].includes(file[1] as number) && (file[2] === 0x04 || file[2] === 0x06 || file[2] === 0x08) && file[3] === 0) throw new Fault('xls_not_supported', 'the old xls format is not read', {});
  const name = signatures.find(([, bytes]) => starts(bytes))?.[0];
  if (name !== undefined) throw new Fault('binary_file', `the file is ${name}, not a table`, { values: { format: name } });
  const wide = (file[0] === 0xff && file[1] === 0xfe) || (file[0] === 0xfe && file[1] === 0xff);
  if (!wide) refuseBinary(file);
  if (/^\s*<(?:!doctype|html|\?xml|table|svg)/i.test(file.toString('latin1', 0, 512).replace(/^\u00ef\u00bb\u00bf/, ''))) throw new Fault('markup_file', 'the file is HTML or XML, not a table', {});
  return 'csv';
}

/** Text has no NUL (except UTF-16, which has one in every other byte) and next to no control characters. */
function refuseBinary(file: Buffer): void {
  const sample = file.subarray(0, 65_536);
  let control = 0;
  const zeros = [0, 0];
  sample.forEach((byte, index) => {
    if (byte === 0) zeros[index % 2] = (zeros[index % 2] as number) + 1;
    else if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 12 && byte !== 27) control++;
  });
  const [even, odd] = zeros as [number, number];
  const utf16 = file.length % 2 === 0 && (even === 0) !== (odd === 0) && even + odd > 0.2 * sample.length;
  const nul = utf16 ? false : file.indexOf(0) >= 0;
  if (nul || control > 0.01 * sample.length + 1) throw new Fault('binary_file', 'the file holds binary data', { values: { format: 'binary' } });
}
