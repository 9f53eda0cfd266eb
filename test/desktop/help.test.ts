import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { fieldsOfSchema } from '../../desktop/renderer/form/schema.ts';
import { tabsOf } from '../../desktop/renderer/form/layout.ts';
import { languages, parameterSchemas } from '../../schemas/index.ts';
import { desktopFieldText, desktopHelpText } from '../../schemas/text/index.ts';

type Node = Record<string, unknown>;

/** As GET /schemas gives it: the named schema at the top, the others below. */
function schemaOf(jobType: keyof typeof parameterSchemas): Node {
  const { $ref, $defs = {}, ...rest } = z.toJSONSchema(parameterSchemas[jobType], { io: 'input' }) as { $ref?: string; $defs?: Record<string, Node> };
  const { [$ref?.slice('#/$defs/'.length) ?? '']: top = {}, ...others } = $defs;
  return { ...rest, ...top, $defs: others };
}

describe('settings dialogs', () => {
  // designs are started by two buttons; they have no dialog yet
  for (const jobType of ['linear_analysis', 'nonlinear_analysis', 'classification'] as const) {
    it(`${jobType}: every parameter has a control with a label and, where the schema explains it, a help in each language`, () => {
      const fields = fieldsOfSchema(schemaOf(jobType));
      const placed = new Set(tabsOf(jobType, fields).flatMap(({ groups }) => groups.flatMap(({ paths }) => paths)));
      for (const { path, description } of fields) {
        assert.ok(placed.has(path) || path === 'target_column', `${path} has no place`);
        for (const language of languages) {
          assert.ok(desktopFieldText[language][`field_${path}`], `${language}: label of ${path}`);
          if (description !== '') assert.ok(desktopHelpText[language][`help_${path}`], `${language}: help of ${path}`);
        }
      }
    });
  }
});
