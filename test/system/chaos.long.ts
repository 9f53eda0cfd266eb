import { describeKills } from './kill.ts';

describeKills(['job process', 'supervisor', 'api']);
