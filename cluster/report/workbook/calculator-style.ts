import type ExcelJS from 'exceljs';
import { boxStyle, typeface } from './workbook.ts';

/** The original calculator's colours. */
export const titleStyle: Partial<ExcelJS.Style> = { font: { ...typeface, bold: true, size: 16 } };
export const sectionStyle: Partial<ExcelJS.Style> = { font: { ...typeface, bold: true, size: 14 } };
export const outputStyle: Partial<ExcelJS.Style> = { ...boxStyle, fill: { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFFFF2CC' } }, font: { ...typeface, bold: true } };
export const boundStyle: Partial<ExcelJS.Style> = { ...boxStyle, fill: { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFF0F8E7' } } };
export const indented: Partial<ExcelJS.Style> = { alignment: { horizontal: 'left', indent: 1 } };
export const centred: Partial<ExcelJS.Style> = { alignment: { horizontal: 'center' } };
