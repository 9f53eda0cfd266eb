import { openApiDocument } from '../../schemas/openapi/index.ts';
import { routes } from '../routes/index.ts';
import { endpointsByTag, fieldsOf, typeOf, type DocumentNode, type Endpoint, type Field } from './model.ts';

/** docs/api.md, made from the same schemas that the server checks by. */
export function apiReferenceMarkdown(): string {
  const document = openApiDocument(routes, { version: 'v1', prefix: '/api/v1' }) as unknown as DocumentNode;
  const parts = [
    '# API reference', '',
    '<!-- Made by `npm run docs` from the zod schemas; do not edit. -->', '',
    document.info.description, '',
    'The same as a page: `/docs`; as OpenAPI 3.1: `/openapi.json`.', '',
    ...endpointsByTag(document).flatMap(({ tag, description, endpoints }) => [`## ${tag}`, '', description, '', ...endpoints.flatMap(endpointLines)]),
    '## Schemas', '',
    ...Object.entries(document.components.schemas).sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([name, schema]) => [
      `### ${name}`, '', ...(schema.description ? [schema.description, ''] : []),
      ...(schema.properties ? table(fieldsOf(schema)) : [`\`${typeOf(schema)}\``]), '',
    ]),
  ];
  return `${parts.join('\n').trimEnd()}\n`;
}

function endpointLines({ method, path, operation }: Endpoint): string[] {
  const body = operation.requestBody?.content['application/json'];
  return [
    `### ${method} ${path}`, '', `${operation.summary}.`, '',
    ...(operation.description ? [operation.description, ''] : []),
    ...(operation.parameters ? [...table(operation.parameters.map((parameter) => ({
      name: `${parameter.name} (${parameter.in})`, type: typeOf(parameter.schema), required: parameter.required ?? false,
      fallback: parameter.schema.default === undefined ? '' : JSON.stringify(parameter.schema.default), description: parameter.description ?? parameter.schema.description ?? '',
    }))), ''] : []),
    ...(body ? [`Body: ${typeOf(body.schema)}`, '', ...(body.example === undefined ? [] : ['```json', JSON.stringify(body.example), '```', ''])] : []),
    '| answer | |', '|---|---|',
    ...Object.entries(operation.responses).map(([status, response]) => `| ${status} | ${cell(response.description)}${shown(response.content)} |`), '',
  ];
}

function shown(content: Endpoint['operation']['responses'][string]['content']): string {
  const [type, media] = Object.entries(content ?? {})[0] ?? [];
  if (type === undefined || media === undefined || type === 'application/problem+json') return '';
  return type === 'application/json' ? ` → ${cell(typeOf(media.schema))}` : ` → ${type}`;
}

function table(fields: Field[]): string[] {
  return ['| field | type | default | |', '|---|---|---|---|',
    ...fields.map((field) => `| \`${field.name}\`${field.required ? '' : ' ?'} | ${cell(field.type)} | ${field.fallback === '' ? '' : `\`${cell(field.fallback)}\``} | ${cell(field.description)} |`)];
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\s+/g, ' ');
}
