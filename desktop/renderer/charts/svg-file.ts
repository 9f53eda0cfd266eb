const columns = 2;
/** What the style sheet gives the panels, written into the file so that it looks the same elsewhere. */
const carried = ['fill', 'fill-opacity', 'stroke', 'stroke-width', 'font-size', 'font-weight', 'font-family'] as const;

/** The panels as one SVG file, two beside each other. */
export function svgOf(panels: readonly SVGSVGElement[]): string {
  const { width, height } = panels[0]?.viewBox.baseVal ?? { width: 0, height: 0 };
  const rows = Math.ceil(panels.length / columns);
  const parts = panels.map((panel, at) => {
    const copy = panel.cloneNode(true) as SVGSVGElement;
    const originals = panel.querySelectorAll<SVGElement>('*');
    copy.querySelectorAll<SVGElement>('*').forEach((element, place) => {
      const original = originals[place];
      if (original === undefined) return;
      const style = getComputedStyle(original);
      for (const name of carried) element.setAttribute(name, style.getPropertyValue(name));
    });
    return `<g transform="translate(${(at % columns) * width} ${Math.floor(at / columns) * height})">${copy.innerHTML}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${columns * width} ${rows * height}" width="${columns * width}" height="${rows * height}"><rect width="100%" height="100%" fill="#fff"/>${parts.join('')}</svg>\n`;
}
