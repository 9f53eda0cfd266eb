const localHeader = 0x04034b50;
const centralHeader = 0x02014b50;
const endOfDirectory = 0x06054b50;
/** 1980-01-01 00:00, the first date that a zip can hold */
const firstDate = 0x0021;

/**
 * Sets every entry's date in a zip to 1980-01-01, in place, so that equal contents are equal bytes. The writer behind
 * exceljs stamps entries with the clock and offers no option. Source: PKWARE APPNOTE 6.3, §4.3.
 */
export function fixZipDates(zip: Uint8Array): void {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  let end = zip.byteLength - 22;
  while (end >= 0 && view.getUint32(end, true) !== endOfDirectory) end -= 1;
  if (end < 0) throw new Error('not a zip: no end of central directory');
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  for (let entry = 0; entry < count; entry += 1) {
    if (view.getUint32(at, true) !== centralHeader) throw new Error('not a zip: broken central directory');
    setDate(view, at + 12);
    const local = view.getUint32(at + 42, true);
    if (view.getUint32(local, true) !== localHeader) throw new Error('not a zip: broken local header');
    setDate(view, local + 10);
    at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
}

/** time, then date, two bytes each */
function setDate(view: DataView, at: number): void {
  view.setUint16(at, 0, true);
  view.setUint16(at + 2, firstDate, true);
}
