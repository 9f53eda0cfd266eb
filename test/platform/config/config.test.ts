import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { readConfig, variables } from '../../../platform/index.ts';
import type { Fault } from '../../../schemas/index.ts';

const required = {
  S3_INPUTS_BUCKET: 'in', S3_OUTPUTS_BUCKET: 'out', SQS_QUEUE_URL: 'http://q', RDS_HOST: 'db', RDS_USERNAME: 'u', RDS_PASSWORD: 'p:@/',
};
const root = join(import.meta.dirname, '../../..');

describe('configuration', () => {
  test('keeps the original\'s names and defaults (spec backend.md §4)', () => {
    const config = readConfig(required);
    assert.equal(config.S3_REGION, 'ap-northeast-1');
    assert.equal(config.SQS_VISIBILITY_TIMEOUT, 900);
    assert.equal(config.SQS_WAIT_TIME_SECONDS, 20);
    assert.equal(config.RDS_PORT, 5432);
    assert.equal(config.RDS_DATABASE, 'zerosec_db');
    assert.equal(config.PRESIGNED_URL_EXPIRATION, 3600);
    assert.equal(config.API_PORT, 8000);
    assert.equal(config.API_VERSION, 'v1');
    assert.equal(config.MAX_UPLOAD_SIZE_MB, 100);
    assert.equal(config.REQUEST_TIMEOUT_SECONDS, 30);
    assert.equal(config.MAX_JOBS_PER_USER, 10);
    assert.equal(config.JOB_RETENTION_DAYS, 30);
    assert.equal(config.MAX_RETRIES, 3);
    assert.equal(config.RETRY_BACKOFF_SECONDS, 30);
    assert.equal(config.MEMORY_LIMIT_MB, 4096);
    assert.equal(config.RDS_PASSWORD, 'p:@/', 'a password is never part of a URL');
  });

  test('is safe where the original was not: limits on, no foreign origin, database verified (D11, D16, D18)', () => {
    const config = readConfig(required);
    assert.equal(config.RATE_LIMIT_ENABLED, true);
    assert.deepEqual(config.CORS_ORIGINS, []);
    assert.equal(config.RDS_SSL_MODE, 'verify-full');
  });

  test('names everything that is missing or wrong at once, and never shows a secret', () => {
    assert.throws(() => readConfig({ ...required, RDS_HOST: '', API_PORT: '80x', RATE_LIMIT_ENABLED: 'perhaps', RDS_SSL_MODE: 'no', MEMORY_LIMIT_MB: '1', RDS_PASSWORD: '' }), (error: Fault) => {
      assert.equal(error.code, 'invalid_configuration');
      for (const name of ['RDS_HOST', 'API_PORT', 'RATE_LIMIT_ENABLED', 'RDS_SSL_MODE', 'MEMORY_LIMIT_MB', 'RDS_PASSWORD']) assert.match(error.message, new RegExp(name));
      return true;
    });
  });

  test('every variable is read somewhere: no setting is theatre (D16)', () => {
    const sources = globSync(['api/**/*.ts', 'cluster/**/*.ts', 'platform/**/*.ts', 'cli/**/*.ts'], { cwd: root })
      .filter((path) => !path.endsWith('config/variables.ts')).map((path) => readFileSync(join(root, path), 'utf8')).join('\n');
    const unread = Object.keys(variables).filter((name) => !new RegExp(`\\b${name}\\b`).test(sources));
    assert.deepEqual(unread, []);
  });

  test('the page of all variables is current', () => {
    const page = readFileSync(join(root, 'docs/configuration.md'), 'utf8');
    for (const [name, variable] of Object.entries(variables)) {
      assert.ok(page.includes(`\`${name}\``), `${name} is missing: npm run docs`);
      assert.ok(page.includes(variable.help.replaceAll('|', '\\|')), `the text of ${name} is old: npm run docs`);
    }
  });
});
