import type { FaultValues } from '../../../schemas/index.ts';
import { htmlReportText, renderText } from '../../../schemas/text/index.ts';
import type { ReportBlock, ReportCell, ReportDocument, ReportFact, ReportFigure, ReportFormat, ReportSection, ReportTable } from './document.ts';
import { escapeHtml } from './escape.ts';
import { numberText } from './number-text.ts';
import { reportStyle } from './style.ts';

/** SVG text of a figure's picture. */
export type DrawFigure = (figure: ReportFigure) => Promise<string>;

interface Writer {
  text: (code: string, values?: FaultValues) => string;
  draw: DrawFigure;
  /** figures drawn so far: their inner ids must differ in one page */
  figures: number;
}

/** Nothing is loaded or run: what a file or a column is called cannot do more than look odd. */
const policy = 'default-src \'none\'; style-src \'unsafe-inline\'; img-src data:; base-uri \'none\'; form-action \'none\'';

/** One self-contained page: no script, nothing from elsewhere, every text escaped. Same document, same bytes. */
export async function writeHtml(document: ReportDocument, draw: DrawFigure): Promise<string> {
  const writer: Writer = { draw, figures: 0, text: (code, values) => renderText([htmlReportText], document.language, code, values) };
  const body: string[] = [];
  for (const [index, section] of document.sections.entries()) body.push(await sectionHtml(section, [index + 1], writer));
  return `<!DOCTYPE html>
<html lang="${document.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeHtml(document.title)}</title>
<style>${reportStyle}</style>
</head>
<body>
<header>
<h1>${escapeHtml(document.title)}</h1>
${document.lead.map((line) => `<p class="lead">${escapeHtml(line)}</p>`).join('\n')}
</header>
${contents(document, writer)}
<main>
${body.join('\n')}
</main>
</body>
</html>
`;
}

function contents({ sections }: ReportDocument, { text }: Writer): string {
  if (sections.length < 2 && !sections.some((section) => (section.sections?.length ?? 0) > 1)) return '';
  const list = (of: readonly ReportSection[], above: readonly number[]): string => `<ol>${of.map(({ title, sections: below = [] }, index) => {
    const place = [...above, index + 1];
    return `<li><a href="#${anchor(place)}">${escapeHtml(title)}</a>${below.length === 0 ? '' : list(below, place)}</li>`;
  }).join('')}</ol>`;
  return `<nav aria-label="${escapeHtml(text('html_contents'))}">${escapeHtml(text('html_contents'))}${list(sections, [])}</nav>`;
}

function anchor(place: readonly number[]): string {
  return `s${place.join('-')}`;
}

async function sectionHtml({ title, blocks, sections = [] }: ReportSection, place: readonly number[], writer: Writer): Promise<string> {
  const level = place.length + 1;
  const parts = [`<h${level} id="${anchor(place)}">${escapeHtml(title)}</h${level}>`];
  for (const block of blocks) parts.push(await blockHtml(block, writer));
  for (const [index, below] of sections.entries()) parts.push(await sectionHtml(below, [...place, index + 1], writer));
  return `<section>\n${parts.join('\n')}\n</section>`;
}

async function blockHtml(block: ReportBlock, writer: Writer): Promise<string> {
  switch (block.kind) {
    case 'text': return `<p>${escapeHtml(block.text)}</p>`;
    case 'facts': return factsHtml(block.facts, writer);
    case 'table': return tableHtml(block, writer);
    case 'notices': return block.notices.length === 0 ? `<p>${escapeHtml(writer.text('html_no_notices'))}</p>` : `<ul class="notices">\n${block.notices.map(({ severity, text }) => `<li class="${severity}">${escapeHtml(text)}</li>`).join('\n')}\n</ul>`;
    case 'figure': {
      writer.figures += 1;
      return `<figure role="img" aria-label="${escapeHtml(block.title)}">${inlineSvg(await writer.draw(block), `f${writer.figures}-`)}</figure>`;
    }
  }
}

function factsHtml(facts: readonly ReportFact[], { text }: Writer): string {
  return `<div class="scroll"><table class="facts"><tbody>\n${facts.map(({ name, value, format }) => `<tr><th scope="row">${escapeHtml(name)}</th>${cellHtml(value, format, text, false)}</tr>`).join('\n')}\n</tbody></table></div>`;
}

function tableHtml({ caption, columns, rows, note }: ReportTable, { text }: Writer): string {
  // a title stands above its numbers: right where the column holds any
  const numeric = columns.map((_, index) => rows.some((row) => typeof row[index] === 'number'));
  const head = columns.map(({ title }, index) => `<th scope="col"${numeric[index] === true ? ' class="n"' : ''}>${escapeHtml(title)}</th>`).join('');
  const body = rows.map((row) => `<tr>${columns.map(({ format }, index) => cellHtml(row[index] ?? null, format, text, numeric[index] === true)).join('')}</tr>`).join('\n');
  return `<div class="scroll"><table>${caption === undefined ? '' : `<caption>${escapeHtml(caption)}</caption>`}\n<thead><tr>${head}</tr></thead>\n<tbody>\n${body}\n</tbody></table></div>${note === undefined ? '' : `\n<p class="note">${escapeHtml(note)}</p>`}`;
}

/** @param right a cell without a number in a column of numbers stands where they stand */
function cellHtml(value: ReportCell, format: ReportFormat | undefined, text: Writer['text'], right: boolean): string {
  if (typeof value !== 'number') {
    const shown = value === null ? '—' : typeof value === 'boolean' ? text(value ? 'html_yes' : 'html_no') : value;
    return `<td${right ? ' class="n"' : ''}>${escapeHtml(shown)}</td>`;
  }
  const shown = numberText(value, format);
  const full = String(value);
  return `<td class="n"${shown === full ? '' : ` title="${full}"`}>${shown}</td>`;
}

/** An SVG file as a part of the page: without its head, and with ids that no other figure has. */
function inlineSvg(svg: string, prefix: string): string {
  return svg.slice(Math.max(0, svg.indexOf('<svg')))
    .replace(/(<[^>]*?\s)id="([^"]*)"/g, (_, before: string, id: string) => `${before}id="${prefix}${id}"`)
    .replace(/url\(#([^)"]*)\)/g, (_, id: string) => `url(#${prefix}${id})`)
    .replace(/href="#([^"]*)"/g, (_, id: string) => `href="#${prefix}${id}"`);
}
