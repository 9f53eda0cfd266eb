/**
 * Enough of a TrueType reader for charts: advance widths for layout and outlines for drawing text as paths.
 * Reads `cmap` format 12, `hmtx` and `glyf` (simple and composite). Source: the OpenType specification 1.9.
 */

/** What stands in for signs of units that the font lacks: the minus of min⁻¹ and the dot of N⋅m. */
const alike: ReadonlyMap<number, number> = new Map([[0x207b, 0xaf], [0x22c5, 0xb7], [0x3bc, 0xb5]]);
export class TrueTypeFont {
  readonly unitsPerEm: number;
  readonly #bytes: DataView;
  readonly #glyf: number;
  readonly #loca: number;
  readonly #longLoca: boolean;
  readonly #hmtx: number;
  readonly #metricCount: number;
  readonly #glyphCount: number;
  readonly #cmap: number;
  readonly #glyphs = new Map<number, number>();
  readonly #outlines = new Map<number, string>();

  /** @throws Error when a needed table or a Unicode map is missing: the font ships with us, so that is a bug */
  constructor(bytes: Uint8Array) {
    this.#bytes = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const tables = this.#readDirectory();
    const offset = (tag: string): number => {
      const at = tables.get(tag);
      if (at === undefined) throw new Error(`the font has no ${tag} table`);
      return at;
    };
    this.unitsPerEm = this.#bytes.getUint16(offset('head') + 18);
    this.#longLoca = this.#bytes.getInt16(offset('head') + 50) === 1;
    this.#metricCount = this.#bytes.getUint16(offset('hhea') + 34);
    this.#glyphCount = this.#bytes.getUint16(offset('maxp') + 4);
    this.#glyf = offset('glyf');
    this.#loca = offset('loca');
    this.#hmtx = offset('hmtx');
    this.#cmap = this.#findUnicodeMap(offset('cmap'));
  }

  /** @returns width of the text in px at `size` px (no kerning; charts do not need it) */
  width(text: string, size: number): number {
    let units = 0;
    for (const character of text) units += this.#advance(this.glyphOf(character));
    return units * size / this.unitsPerEm;
  }

  /** @returns glyph id, 0 (the "missing" box) when the font has none */
  glyphOf(character: string): number {
    const code = character.codePointAt(0) ?? 0;
    const known = this.#glyphs.get(code);
    if (known !== undefined) return known;
    const glyph = this.#lookUp(code) || this.#lookUp(alike.get(code) ?? code);
    this.#glyphs.set(code, glyph);
    return glyph;
  }

  /** @returns SVG path data of the text with its baseline start at (x, y), in px at `size` */
  path(text: string, x: number, y: number, size: number): string {
    const scale = size / this.unitsPerEm;
    let pen = x;
    let path = '';
    for (const character of text) {
      const glyph = this.glyphOf(character);
      path += this.#place(glyph, pen, y, scale);
      pen += this.#advance(glyph) * scale;
    }
    return path;
  }

  #readDirectory(): Map<string, number> {
    const tables = new Map<string, number>();
    const count = this.#bytes.getUint16(4);
    for (let table = 0; table < count; table += 1) {
      const at = 12 + 16 * table;
      tables.set(String.fromCharCode(...[0, 1, 2, 3].map((byte) => this.#bytes.getUint8(at + byte))), this.#bytes.getUint32(at + 8));
    }
    return tables;
  }

  #findUnicodeMap(cmap: number): number {
    const count = this.#bytes.getUint16(cmap + 2);
    for (let table = 0; table < count; table += 1) {
      const at = cmap + this.#bytes.getUint32(cmap + 4 + 8 * table + 4);
      if (this.#bytes.getUint16(at) === 12) return at;
    }
    throw new Error('the font has no full Unicode map (cmap format 12)');
  }

  /** Groups of cmap format 12 are sorted: start code, end code, first glyph. */
  #lookUp(code: number): number {
    let low = 0;
    let high = this.#bytes.getUint32(this.#cmap + 12) - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const at = this.#cmap + 16 + 12 * middle;
      if (code < this.#bytes.getUint32(at)) high = middle - 1;
      else if (code > this.#bytes.getUint32(at + 4)) low = middle + 1;
      else return this.#bytes.getUint32(at + 8) + code - this.#bytes.getUint32(at);
    }
    return 0;
  }

  #advance(glyph: number): number {
    return this.#bytes.getUint16(this.#hmtx + 4 * Math.min(glyph, this.#metricCount - 1));
  }

  /** Outline commands are kept as templates in font units; only numbers are rewritten per use. */
  #place(glyph: number, x: number, y: number, scale: number): string {
    let outline = this.#outlines.get(glyph);
    if (outline === undefined) {
      outline = contoursToCommands(this.#contours(glyph, 0));
      this.#outlines.set(glyph, outline);
    }
    return outline.replace(/(-?[\d.]+),(-?[\d.]+)/g, (_, ux: string, uy: string) => `${round(x + Number(ux) * scale)},${round(y - Number(uy) * scale)}`);
  }

  #contours(glyph: number, depth: number): Contour[] {
    if (glyph >= this.#glyphCount || depth > 5) return [];
    const start = this.#location(glyph);
    if (start === this.#location(glyph + 1)) return [];
    const at = this.#glyf + start;
    const count = this.#bytes.getInt16(at);
    return count < 0 ? this.#composite(at + 10, depth) : this.#simple(at + 10, count);
  }

  #location(glyph: number): number {
    return this.#longLoca ? this.#bytes.getUint32(this.#loca + 4 * glyph) : 2 * this.#bytes.getUint16(this.#loca + 2 * glyph);
  }

  #simple(start: number, contourCount: number): Contour[] {
    const bytes = this.#bytes;
    const ends = Array.from({ length: contourCount }, (_, contour) => bytes.getUint16(start + 2 * contour));
    const pointCount = (ends.at(-1) ?? -1) + 1;
    let at = start + 2 * contourCount;
    at += 2 + bytes.getUint16(at);
    const flags: number[] = [];
    while (flags.length < pointCount) {
      const flag = bytes.getUint8(at++);
      const repeats = flag & 8 ? bytes.getUint8(at++) : 0;
      for (let repeat = 0; repeat <= repeats; repeat += 1) flags.push(flag);
    }
    const readAxis = (short: number, same: number): number[] => {
      let value = 0;
      return flags.map((flag) => {
        if (flag & short) value += (flag & same ? 1 : -1) * bytes.getUint8(at++);
        else if (!(flag & same)) {
          value += bytes.getInt16(at);
          at += 2;
        }
        return value;
      });
    };
    const xs = readAxis(2, 16);
    const ys = readAxis(4, 32);
    return ends.map((end, contour) => {
      const points: Contour = [];
      for (let point = contour === 0 ? 0 : (ends[contour - 1] as number) + 1; point <= end; point += 1) {
        points.push({ x: xs[point] as number, y: ys[point] as number, on: ((flags[point] as number) & 1) === 1 });
      }
      return points;
    });
  }

  #composite(start: number, depth: number): Contour[] {
    const bytes = this.#bytes;
    const contours: Contour[] = [];
    let at = start;
    let flags: number;
    do {
      flags = bytes.getUint16(at);
      const part = bytes.getUint16(at + 2);
      at += 4;
      const words = (flags & 1) === 1;
      const dx = words ? bytes.getInt16(at) : bytes.getInt8(at);
      const dy = words ? bytes.getInt16(at + 2) : bytes.getInt8(at + 1);
      at += words ? 4 : 2;
      const next = (): number => {
        at += 2;
        return bytes.getInt16(at - 2) / 16384;
      };
      let [a, b, c, d] = [1, 0, 0, 1];
      if (flags & 8) a = d = next();
      else if (flags & 64) [a, d] = [next(), next()];
      else if (flags & 128) [a, b, c, d] = [next(), next(), next(), next()];
      for (const contour of this.#contours(part, depth + 1)) {
        contours.push(contour.map((point) => ({ x: a * point.x + c * point.y + dx, y: b * point.x + d * point.y + dy, on: point.on })));
      }
    } while (flags & 32);
    return contours;
  }
}

interface Point { x: number; y: number; on: boolean }
type Contour = Point[];

/** Quadratic splines: between two off-curve points lies an implied on-curve point. */
function contoursToCommands(contours: Contour[]): string {
  let path = '';
  for (const contour of contours) {
    const first = contour[0];
    const last = contour.at(-1);
    if (first === undefined || last === undefined) continue;
    const start = first.on ? first : last.on ? last : middle(first, last);
    path += `M${start.x},${start.y}`;
    let control: Point | undefined;
    for (const point of [...(first.on ? contour.slice(1) : contour), start]) {
      const on = point === start || point.on;
      if (control !== undefined) {
        const to = on ? point : middle(control, point);
        path += `Q${control.x},${control.y} ${to.x},${to.y}`;
      } else if (on) path += `L${point.x},${point.y}`;
      control = on ? undefined : point;
    }
    path += 'Z';
  }
  return path;
}

function middle(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, on: true };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
