const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\'': '&#39;' };

/** Text as HTML shows it, in elements and in quoted attributes. Characters that no HTML document may hold become �. */
export function escapeHtml(text: string): string {
   
  return text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '\uFFFD').replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
