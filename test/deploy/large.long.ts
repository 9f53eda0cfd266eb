import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe } from 'node:test';
import { large, synthesize } from '../../deploy/index.ts';
import { assertStack } from './assertions.ts';

const outdir = mkdtempSync(join(tmpdir(), 'zerosec-cdk-'));
after(() => rmSync(outdir, { recursive: true, force: true }));

describe('the large stack', () => assertStack(large, synthesize({ profile: large, outdir, props: { origins: ['https://app.example'] } })));
