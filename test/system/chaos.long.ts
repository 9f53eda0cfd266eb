import { describeKills, everyBlow } from './kill.ts';

describeKills(everyBlow, 20_000);
