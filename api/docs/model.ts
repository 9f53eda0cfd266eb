/** The part of an OpenAPI document that the reference shows. */
export interface SchemaNode {
  $ref?: string;
  type?: string | string[];
  description?: string;
  enum?: unknown[];
  const?: unknown;
  format?: string;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  maxItems?: number;
  items?: SchemaNode;
  properties?: Record<string, SchemaNode>;
  required?: string[];
  additionalProperties?: SchemaNode | boolean;
  anyOf?: SchemaNode[];
}

export interface OperationNode {
  operationId: string;
  tags: string[];
  summary: string;
  description?: string;
  parameters?: { name: string; in: string; required?: boolean; description?: string; schema: SchemaNode }[];
  requestBody?: { content: Record<string, { schema: SchemaNode; example?: unknown }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: SchemaNode; example?: unknown }> }>;
}

export interface DocumentNode {
  info: { title: string; version: string; description: string };
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, OperationNode>>;
  components: { schemas: Record<string, SchemaNode> };
}

export interface Endpoint {
  method: string;
  path: string;
  operation: OperationNode;
}

/** Endpoints by tag, in the document's order. */
export function endpointsByTag(document: DocumentNode): { tag: string; description: string; endpoints: Endpoint[] }[] {
  const all = Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })));
  return document.tags.map(({ name, description }) => ({ tag: name, description, endpoints: all.filter(({ operation }) => operation.tags.includes(name)) }));
}

/** `integer 2–20`, `"a" | "b"`, `[string]`, the name of a component. */
export function typeOf(schema: SchemaNode): string {
  if (schema.$ref !== undefined) return schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeOf).join(' | ');
  const type = Array.isArray(schema.type) ? schema.type.join(' | ') : schema.type ?? 'any';
  if (type === 'array') return `[${typeOf(schema.items ?? {})}]${schema.maxItems === undefined ? '' : ` ≤ ${schema.maxItems}`}`;
  return [type + (schema.format === undefined ? '' : ` (${schema.format})`), bounds(schema)].filter(Boolean).join(' ');
}

function bounds({ minimum, maximum, maxLength }: SchemaNode): string {
  if (maxLength !== undefined) return `≤ ${maxLength} characters`;
  const huge = (limit?: number): boolean => limit === undefined || Math.abs(limit) >= Number.MAX_SAFE_INTEGER;
  if (huge(minimum) && huge(maximum)) return '';
  return huge(maximum) ? `≥ ${minimum}` : huge(minimum) ? `≤ ${maximum}` : `${minimum}–${maximum}`;
}

export interface Field {
  name: string;
  type: string;
  required: boolean;
  fallback: string;
  description: string;
}

/** Fields of an object schema, also behind a reference. */
export function fieldsOf(schema: SchemaNode): Field[] {
  return Object.entries(schema.properties ?? {}).map(([name, field]) => ({
    name, type: typeOf(field), required: schema.required?.includes(name) ?? false,
    fallback: field.default === undefined ? '' : JSON.stringify(field.default), description: field.description ?? '',
  }));
}
