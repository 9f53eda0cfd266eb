import type { Suite } from '../../harness/index.ts';
import { publicSets } from './public-sets.ts';
import { realTableCases } from './real-table.ts';

export const classification: Suite = { name: 'classification', about: 'The real table and the default job beside their bars, and the public sets beside the stored scores of four default peers', cases: [...realTableCases, publicSets] };
