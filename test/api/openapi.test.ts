import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { apiReferenceMarkdown } from '../../api/index.ts';
import { routes } from '../../api/routes/index.ts';
import { problemSchema } from '../../schemas/index.ts';
import { startTestApi, type TestApi } from './support.ts';

interface Document {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, { operationId: string; responses: Record<string, { description?: string; content?: Record<string, { example?: unknown }> }>; parameters?: { name: string; in: string; required?: boolean }[] }>>;
  components: { schemas: Record<string, unknown> };
}

let api: TestApi;
let document: Document;
before(async () => {
  api = await startTestApi();
  document = (await api.get('~/openapi.json')).body as unknown as Document;
});
after(() => api.close());

describe('the OpenAPI document', () => {
  test('is 3.1 and names exactly the routes that are served (D46)', async () => {
    assert.match(document.openapi, /^3\.1\./);
    const documented = Object.entries(document.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`)).sort();
    const served = routes.map((route) => `${route.method} ${route.atRoot ? '' : '/api/v1'}${route.path}`).sort();
    assert.deepEqual(documented, served);
    for (const [path, methods] of Object.entries(document.paths)) {
      const url = path.replace(/\{\w+\}/g, '6f1c2f0e-3c64-4a52-9a0b-0f3a4f1f2d11');
      const { headers, status } = await api.send('OPTIONS', api.url + url);
      assert.equal(status, 204, path);
      const allowed = (headers.get('allow') ?? '').split(', ').filter((method) => !['HEAD', 'OPTIONS'].includes(method)).map((method) => method.toLowerCase());
      assert.deepEqual(allowed.sort(), Object.keys(methods).sort(), path);
    }
  });

  test('has unique operation ids, a description for every answer, and a parameter for every {name} in a path', () => {
    const ids = new Set<string>();
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const operation of Object.values(methods)) {
        assert.ok(!ids.has(operation.operationId), operation.operationId);
        ids.add(operation.operationId);
        const named = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path').map((parameter) => parameter.name);
        assert.deepEqual(named, [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name), path);
        for (const [status, response] of Object.entries(operation.responses)) {
          assert.match(status, /^[1-5]\d\d$/);
          assert.ok((response.description ?? '').length > 0, `${operation.operationId} ${status}`);
          const problem = response.content?.['application/problem+json'];
          if (problem) assert.ok(problemSchema.safeParse(problem.example).success, `${operation.operationId} ${status}`);
        }
      }
    }
  });

  test('refers only to components that exist, and holds the parameters of all job types', () => {
    const text = JSON.stringify(document);
    for (const [, name = ''] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) assert.ok(Object.hasOwn(document.components.schemas, name), name);
    for (const name of ['OptimizationParameters', 'LinearAnalysisParameters', 'NonlinearAnalysisParameters', 'ClassificationParameters', 'Problem', 'JobEvent']) assert.ok(name in document.components.schemas, name);
  });

  test('is shown as a page without scripts under a policy that allows none', async () => {
    const { status, headers, body } = await api.get('~/docs');
    assert.equal(status, 200);
    const html = String(body['text']);
    assert.doesNotMatch(html, /<script|https?:\/\//);
    assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'; style-src 'sha256-/);
    for (const path of Object.keys(document.paths)) assert.ok(html.includes(path.replaceAll('&', '&amp;')), path);
  });

  test('docs/api.md says the same (npm run docs)', async () => {
    assert.equal(await readFile(new URL('../../docs/api.md', import.meta.url), 'utf8'), apiReferenceMarkdown());
  });

  test('/schemas gives the parameters of each job type and says which can be run', async () => {
    const { job_types } = (await api.get('/schemas')).body as unknown as { job_types: { job_type: string; available: boolean; parameters: { properties: object; required?: string[] } }[] };
    assert.deepEqual(job_types.map((entry) => entry.job_type), ['optimization', 'linear_analysis', 'nonlinear_analysis', 'classification']);
    const linear = job_types.find((entry) => entry.job_type === 'linear_analysis');
    assert.equal(linear?.available, true);
    assert.ok('target_column' in (linear?.parameters.properties ?? {}));
  });
});
