import { createHash } from 'node:crypto';
import { endpointsByTag, fieldsOf, typeOf, type DocumentNode, type Endpoint, type Field } from './model.ts';

const style = `
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 20%, transparent); }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 62rem; padding: 1.5rem; }
code, pre { font: 0.9em ui-monospace, monospace; }
pre { border: 1px solid var(--line); border-radius: 4px; overflow-x: auto; padding: 0.6rem; }
table { border-collapse: collapse; margin: 0.5rem 0; width: 100%; }
td, th { border-bottom: 1px solid var(--line); padding: 0.25rem 0.5rem; text-align: left; vertical-align: top; }
summary { cursor: pointer; padding: 0.4rem 0; }
summary b { display: inline-block; font-family: ui-monospace, monospace; min-width: 4.5rem; }
details { border-top: 1px solid var(--line); }
`;
const styleHash = `sha256-${createHash('sha256').update(style).digest('base64')}`;

let made: { from: object; html: string } | undefined;

/** /docs: the OpenAPI document as one page, without scripts or anything from elsewhere. */
export function referencePage(document: object): { html: string; styleHash: string } {
  if (made?.from !== document) made = { from: document, html: render(document as DocumentNode) };
  return { html: made.html, styleHash };
}

function render(document: DocumentNode): string {
  const { info } = document;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${text(info.title)}</title><style>${style}</style></head><body>
<h1>${text(info.title)} <small>${text(info.version)}</small></h1><p>${prose(info.description)}</p><p><a href="/openapi.json">openapi.json</a></p>
${endpointsByTag(document).map(({ tag, description, endpoints }) => `<h2 id="${text(tag)}">${text(tag)}</h2><p>${prose(description)}</p>${endpoints.map(endpoint).join('')}`).join('')}
<h2>schemas</h2>${Object.entries(document.components.schemas).map(([name, schema]) => `<details id="schema-${text(name)}"><summary><code>${text(name)}</code></summary>${schema.description ? `<p>${prose(schema.description)}</p>` : ''}${schema.properties ? table(fieldsOf(schema)) : `<p>${text(typeOf(schema))}</p>`}</details>`).join('')}
</body></html>`;
}

function endpoint({ method, path, operation }: Endpoint): string {
  const body = operation.requestBody?.content['application/json'];
  const parameters = (operation.parameters ?? []).map((parameter) => ({ name: `${parameter.name} (${parameter.in})`, type: typeOf(parameter.schema), required: parameter.required ?? false, fallback: '', description: parameter.description ?? parameter.schema.description ?? '' }));
  return `<details id="${text(operation.operationId)}"><summary><b>${method}</b> <code>${text(path)}</code> ${text(operation.summary)}</summary>
${operation.description ? `<p>${prose(operation.description)}</p>` : ''}${parameters.length > 0 ? table(parameters) : ''}
${body ? `<p>Body: ${link(typeOf(body.schema))}</p>${body.example === undefined ? '' : `<pre>${text(JSON.stringify(body.example, null, 2))}</pre>`}` : ''}
<table><tr><th>answer</th><th></th><th></th></tr>${Object.entries(operation.responses).map(([status, response]) => `<tr><td>${text(status)}</td><td>${prose(response.description)}</td><td>${Object.entries(response.content ?? {}).map(([type, media]) => (type === 'application/json' ? link(typeOf(media.schema)) : text(type))).join(' ')}</td></tr>`).join('')}</table></details>`;
}

function table(fields: Field[]): string {
  return `<table><tr><th>field</th><th>type</th><th>default</th><th></th></tr>${fields.map((field) => `<tr><td><code>${text(field.name)}</code>${field.required ? '' : ' ?'}</td><td>${link(field.type)}</td><td>${text(field.fallback)}</td><td>${prose(field.description)}</td></tr>`).join('')}</table>`;
}

/** A type that is the name of a schema leads to it. */
function link(type: string): string {
  return /^[A-Z]\w+$/.test(type) ? `<a href="#schema-${type}">${type}</a>` : text(type);
}

/** Escaped, with \`code\` shown as such. */
function prose(words: string): string {
  return text(words).replace(/`([^`]+)`/g, '<code>$1</code>');
}

function text(raw: string): string {
  return raw.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
