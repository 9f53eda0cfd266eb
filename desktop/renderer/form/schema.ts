/** A parameter of a job as a form shows it, read from the JSON Schema that the API gives. */
export interface Field {
  /** a.b for a parameter of an object */
  path: string;
  kind: 'boolean' | 'number' | 'integer' | 'choice' | 'choices' | 'text' | 'columns' | 'column' | 'objectives' | 'constraints' | 'json';
  nullable: boolean;
  fallback: unknown;
  low: number | null;
  high: number | null;
  options: string[];
  description: string;
}

type Node = Readonly<Record<string, unknown>>;
/** Set by the screen itself, or of no use in a form. */
const hidden = ['language', 'input', 'prediction_input'];

export function fieldsOfSchema(schema: Node, definitions = asNode(schema['$defs']), prefix = ''): Field[] {
  return Object.entries(asNode(schema['properties'])).filter(([name]) => prefix !== '' || !hidden.includes(name)).flatMap(([name, raw]) => {
    const outer = asNode(raw);
    const { node, nullable } = resolve(outer, definitions);
    const path = prefix + name;
    if (node['type'] === 'object' && node['properties'] !== undefined && !nullable) return fieldsOfSchema(node, definitions, `${path}.`);
    return [fieldOf(path, name, node, outer, nullable, definitions)];
  });
}

function fieldOf(path: string, name: string, node: Node, outer: Node, nullable: boolean, definitions: Node): Field {
  const items = resolve(asNode(node['items']), definitions).node;
  const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);
  const kindOf = (): Field['kind'] => {
    if (path === 'pareto_objectives') return 'objectives';
    if (path === 'pareto_constraints') return 'constraints';
    if (Array.isArray(node['enum'])) return 'choice';
    if (node['type'] === 'boolean') return 'boolean';
    if (node['type'] === 'integer') return 'integer';
    if (node['type'] === 'number') return 'number';
    if (node['type'] === 'string') return name.endsWith('_column') ? 'column' : 'text';
    if (node['type'] === 'array' && Array.isArray(items['enum'])) return 'choices';
    if (node['type'] === 'array' && name.endsWith('_columns')) return 'columns';
    return 'json';
  };
  const kind = kindOf();
  const options = kind === 'choices' ? items['enum'] : node['enum'];
  return {
    path, kind, nullable, fallback: outer['default'] ?? node['default'] ?? (nullable ? null : undefined), low: number(node['minimum'] ?? node['exclusiveMinimum']), high: number(node['maximum'] ?? node['exclusiveMaximum']),
    options: Array.isArray(options) ? options.map(String) : [], description: [outer['description'], node['description']].find((text) => typeof text === 'string') ?? '',
  };
}

/** Follows a reference, and takes null out of `anyOf [x, null]`. */
function resolve(node: Node, definitions: Node): { node: Node; nullable: boolean } {
  const reference = node['$ref'];
  if (typeof reference === 'string') return resolve(asNode(definitions[reference.replace('#/$defs/', '')]), definitions);
  const all = node['allOf'];
  if (Array.isArray(all) && all.length === 1) return resolve(asNode(all[0]), definitions);
  const any = node['anyOf'];
  if (!Array.isArray(any)) return { node, nullable: false };
  const others = any.map(asNode).filter((one) => one['type'] !== 'null');
  const nullable = others.length < any.length;
  return others.length === 1 ? { node: resolve(others[0] ?? {}, definitions).node, nullable } : { node: {}, nullable };
}

function asNode(value: unknown): Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Node) : {};
}

export type Values = Readonly<Record<string, unknown>>;

export function defaultsOf(fields: readonly Field[]): Values {
  return Object.fromEntries(fields.map((field) => [field.path, field.fallback]));
}

/** What differs from the defaults, as the nested object that the API takes. */
export function parametersOf(fields: readonly Field[], values: Values): Record<string, unknown> {
  const parameters: Record<string, unknown> = {};
  for (const field of fields) {
    const value = values[field.path];
    if (value === undefined || JSON.stringify(value) === JSON.stringify(field.fallback)) continue;
    const [outer = '', inner] = field.path.split('.');
    if (inner === undefined) parameters[outer] = value;
    else parameters[outer] = { ...asNode(parameters[outer]), [inner]: value };
  }
  return parameters;
}

/** A stored job's parameters → values of the form. */
export function valuesOf(fields: readonly Field[], parameters: Node): Values {
  return Object.fromEntries(fields.map((field) => {
    const [outer = '', inner] = field.path.split('.');
    const value = inner === undefined ? parameters[outer] : asNode(parameters[outer])[inner];
    return [field.path, value === undefined ? field.fallback : value];
  }));
}
