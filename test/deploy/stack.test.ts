import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe } from 'node:test';
import { small, synthesize } from '../../deploy/index.ts';
import { assertStack } from './assertions.ts';

const outdir = mkdtempSync(join(tmpdir(), 'zerosec-cdk-'));
after(() => rmSync(outdir, { recursive: true, force: true }));

describe('the small stack', () => assertStack(small, synthesize({ profile: small, outdir, props: { origins: ['https://app.example'] } })));
