/**
 * `npm run docs`: writes the pages that are made from the sources anew: docs/api.md (schemas and routes) and
 * docs/configuration.md (list of variables). `--check` only says which are old, and fails then.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiReferenceMarkdown } from '../api/index.ts';
import { clientVariables } from '../cli/environment.ts';
import { variables, type Variable } from '../platform/index.ts';

const root = join(import.meta.dirname, '..');

/** Docs of every environment variable of the services and of the command line. */
function configurationMarkdown(): string {
  return `${[
    '# Configuration', '',
    '<!-- Made by `npm run docs` from platform/config/variables.ts and cli/environment.ts; do not edit. -->', '',
    'Everything is set by environment variables; nothing is read from files. `zerosec config` prints what is in force, secrets masked, and names every value that is missing or wrong.',
    '`zerosec start` and `zerosec run` fill in what the embedded services need, so nothing has to be set on one machine.', '',
    '## API and worker', '', ...rows(variables), '',
    '## Command line', '', ...rows(clientVariables),
  ].join('\n')}\n`;
}

function rows(list: Readonly<Record<string, Variable>>): string[] {
  return ['| variable | kind | default | |', '|---|---|---|---|', ...Object.entries(list).map(([name, variable]) => `| \`${name}\` | ${kindOf(variable)} | ${fallbackOf(variable)} | ${variable.help.replaceAll('|', '\\|')} |`)];
}

function kindOf({ kind, minimum, maximum, choices }: Variable): string {
  if (choices !== undefined) return choices.map((choice) => `\`${choice}\``).join(', ');
  return minimum === undefined ? kind : `${kind}, ${minimum}–${maximum}`;
}

function fallbackOf({ fallback }: Variable): string {
  if (fallback === undefined) return '**required**';
  if (fallback === null) return '–';
  return Array.isArray(fallback) ? (fallback.length === 0 ? '(empty)' : `\`${fallback.join(',')}\``) : `\`${String(fallback)}\``;
}

const pages: Readonly<Record<string, () => string>> = { 'docs/api.md': apiReferenceMarkdown, 'docs/configuration.md': configurationMarkdown };
const check = process.argv.includes('--check');
for (const [path, make] of Object.entries(pages)) {
  const file = join(root, path);
  const text = make();
  if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
  if (check) process.exitCode = 1;
  else writeFileSync(file, text);
  console.log(`${path}: ${check ? 'is old, run npm run docs' : 'written'}`);
}
