import { describeKills, someBlows } from './kill.ts';

// every point of a job once, each victim at several of them; `npm run test:chaos` hits every victim at every point
describeKills(someBlows, 1_500);
