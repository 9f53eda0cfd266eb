import { KernelError } from '../../errors.ts';

/** A value of Universal Binary JSON as XGBoost writes it (Draft 12): strings, numbers, objects, arrays. */
export type UbjValue = string | number | boolean | null | UbjValue[] | { [key: string]: UbjValue };

/** Element types of XGBoost's typed arrays by the name of the field: f32, u8, i64; all other arrays of numbers are i32. */
const TYPES: Readonly<Record<string, 'd' | 'U' | 'L'>> = {
  base_weights: 'd', loss_changes: 'd', split_conditions: 'd', sum_hessian: 'd', default_left: 'U', split_type: 'U', categories_segments: 'L', categories_sizes: 'L',
};
const TYPED = new Set([...Object.keys(TYPES), 'left_children', 'right_children', 'parents', 'split_indices', 'categories', 'categories_nodes']);
const BYTES = { d: 4, U: 1, l: 4, L: 8 } as const;

/** An object of an XGBoost model as UBJ: keys and lengths in 64 bits, trees' arrays typed. */
export function toUbj(value: UbjValue): Uint8Array<ArrayBuffer> {
  let buffer = new Uint8Array(1 << 16);
  let view = new DataView(buffer.buffer);
  let at = 0;
  const room = (bytes: number): number => {
    if (at + bytes > buffer.length) {
      const larger = new Uint8Array(Math.max(2 * buffer.length, at + bytes));
      larger.set(buffer);
      buffer = larger;
      view = new DataView(buffer.buffer);
    }
    at += bytes;
    return at - bytes;
  };
  // room() may move the buffer, so the place comes first
  const mark = (letters: string): void => {
    for (const letter of letters) {
      const place = room(1);
      buffer[place] = letter.charCodeAt(0);
    }
  };
  const long = (n: number): void => {
    const place = room(8);
    view.setBigInt64(place, BigInt(n));
  };
  const length = (n: number): void => {
    mark('L');
    long(n);
  };
  const text = (of: string): void => {
    const bytes = new TextEncoder().encode(of);
    length(bytes.length);
    const place = room(bytes.length);
    buffer.set(bytes, place);
  };
  const typed = (values: readonly number[], type: keyof typeof BYTES): void => {
    mark(`[$${type}#`);
    length(values.length);
    for (const x of values) {
      const place = room(BYTES[type]);
      if (type === 'd') view.setFloat32(place, x);
      else if (type === 'U') view.setUint8(place, x);
      else if (type === 'l') view.setInt32(place, x);
      else view.setBigInt64(place, BigInt(x));
    }
  };
  const write = (of: UbjValue, key: string): void => {
    if (typeof of === 'string') {
      mark('S');
      text(of);
    } else if (typeof of === 'number') {
      if (Number.isInteger(of)) length(of);
      else {
        mark('D');
        const place = room(8);
        view.setFloat64(place, of);
      }
    } else if (of === null) mark('Z');
    else if (typeof of === 'boolean') mark(of ? 'T' : 'F');
    else if (Array.isArray(of)) {
      if (TYPED.has(key)) typed(of.map((x) => (x === null ? Number.NaN : Number(x))), TYPES[key] ?? 'l');
      else {
        mark('[#');
        length(of.length);
        for (const one of of) write(one, '');
      }
    } else {
      mark('{');
      for (const [name, one] of Object.entries(of)) {
        text(name);
        write(one, name);
      }
      mark('}');
    }
  };
  write(value, '');
  return buffer.slice(0, at);
}

/** Reads UBJ. Throws KernelError kernel_shape with the byte where it ends too early or says what UBJ does not. */
export function fromUbj(bytes: Uint8Array): UbjValue {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const refuse = (): never => { throw new KernelError('kernel_shape', `not UBJ at byte ${at}`, { byte: at }); };
  const skip = (count: number): number => {
    if (!(count >= 0) || at + count > bytes.length) refuse();
    at += count;
    return at - count;
  };
  const letter = (): string => String.fromCharCode(bytes[skip(1)] as number);
  const peek = (): string => String.fromCharCode(bytes[at] ?? 0);
  const number = (type: string): number => {
    if (type === 'i') return view.getInt8(skip(1));
    if (type === 'U') return view.getUint8(skip(1));
    if (type === 'I') return view.getInt16(skip(2));
    if (type === 'l') return view.getInt32(skip(4));
    if (type === 'L') return Number(view.getBigInt64(skip(8)));
    if (type === 'd') return view.getFloat32(skip(4));
    if (type === 'D') return view.getFloat64(skip(8));
    return refuse();
  };
  const text = (): string => {
    const size = number(letter());
    return new TextDecoder().decode(bytes.subarray(skip(size), at));
  };
  const read = (type: string): UbjValue => {
    if (type === 'S') return text();
    if (type === 'C') return letter();
    if (type === 'T' || type === 'F') return type === 'T';
    if (type === 'Z') return null;
    if (type !== '[' && type !== '{') return number(type);
    let element = '';
    let count = -1;
    if (peek() === '$') {
      skip(1);
      element = letter();
    }
    if (peek() === '#') {
      skip(1);
      count = number(letter());
    }
    if (count > bytes.length - at && element !== '') refuse();
    const close = type === '[' ? ']' : '}';
    const list: UbjValue[] = [];
    const object: Record<string, UbjValue> = {};
    for (let k = 0; count < 0 ? peek() !== close : k < count; k++) {
      const key = type === '{' ? text() : '';
      const one = read(element === '' ? letter() : element);
      if (type === '[') list.push(one);
      else Object.defineProperty(object, key, { value: one, enumerable: true, configurable: true, writable: true });
    }
    if (count < 0) skip(1);
    return type === '[' ? list : object;
  };
  return read(letter());
}
