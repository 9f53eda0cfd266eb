import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReportFigure } from './document.ts';

/** Reads the picture that the job has drawn, or draws it. @param directory the job's result folder */
export async function drawFigure({ picture }: ReportFigure, directory: string): Promise<string> {
  if ('svgFile' in picture) return readFile(join(directory, picture.svgFile), 'utf8');
  return (await import('../charts/render-chart.ts')).renderSvg(picture);
}
