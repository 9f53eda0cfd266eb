import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { TrueTypeFont } from './truetype.ts';

/** What a viewer of the SVG looks for: the font of our PNGs first, then what Windows, macOS and Linux ship for Japanese. */
export const fontFamily = "'Noto Sans JP', 'Noto Sans CJK JP', 'Yu Gothic', 'Hiragino Sans', Meiryo, sans-serif";

let font: TrueTypeFont | undefined;

/** Noto Sans JP Regular, read once per thread (about 5 ms): one weight for everything. */
export function chartFont(): TrueTypeFont {
  font ??= new TrueTypeFont(readFileSync(createRequire(import.meta.url).resolve('@expo-google-fonts/noto-sans-jp/400Regular/NotoSansJP_400Regular.ttf')));
  return font;
}
